create schema "日本語のテーブル名";
