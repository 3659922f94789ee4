create schema "日本語のテーブル名";
create domain "日本語のテーブル名"."長すぎる問題です_その型" as text;
create type pair as (first "日本語のテーブル名"."長すぎる問題です_その型", second integer);
