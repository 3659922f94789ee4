create role reporting;
