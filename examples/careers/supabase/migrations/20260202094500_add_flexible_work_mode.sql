-- Migration: Add flexible work mode
-- Purpose:   People may leave open where they work
-- Author:    Careers team
-- Date:      2026-02-02

-- A new value can be used only once it is committed: nothing in this file does.
alter type public.work_mode add value if not exists 'flexible';
