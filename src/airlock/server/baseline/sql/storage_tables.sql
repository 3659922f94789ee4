-- The tables of the storage service; they belong to supabase_storage_admin.
set local role supabase_storage_admin;

create type storage.buckettype as enum ('STANDARD', 'ANALYTICS', 'VECTOR');

create table storage.buckets (
    id text not null,
    name text not null,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    public boolean default false,
    avif_autodetection boolean default false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text,
    type storage.buckettype default 'STANDARD'::storage.buckettype not null,
    versioning_status text default 'DISABLED'::text not null,
    constraint buckets_pkey primary key (id),
    constraint buckets_versioning_dark_check check (versioning_status = 'DISABLED'::text),
    constraint buckets_versioning_standard_only_check
        check ((type = 'STANDARD'::storage.buckettype) or (versioning_status = 'DISABLED'::text)),
    constraint buckets_versioning_status_check
        check (versioning_status = any (array['DISABLED'::text, 'ENABLED'::text, 'SUSPENDED'::text]))
);
create unique index bname on storage.buckets (name);

create table storage.migrations (
    id integer not null,
    name varchar(100) not null,
    hash varchar(40) not null,
    executed_at timestamp default current_timestamp,
    constraint migrations_name_key unique (name),
    constraint migrations_pkey primary key (id)
);

create table storage.objects (
    id uuid default gen_random_uuid() not null,
    bucket_id text,
    name text,
    owner uuid,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    last_accessed_at timestamptz default now(),
    metadata jsonb,
    path_tokens text[] generated always as (string_to_array(name, '/'::text)) stored,
    version text,
    owner_id text,
    user_metadata jsonb,
    archived_at timestamptz,
    is_delete_marker boolean default false not null,
    is_versioned boolean default false not null,
    constraint objects_pkey primary key (id),
    constraint "objects_bucketId_fkey" foreign key (bucket_id) references storage.buckets(id)
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index idx_objects_bucket_id_name on storage.objects (bucket_id, name collate "C");
create index idx_objects_bucket_id_name_lower
    on storage.objects (bucket_id, lower(name) collate "C");
create index name_prefix_search on storage.objects (name text_pattern_ops);

create table storage.s3_multipart_uploads (
    id text not null,
    in_progress_size bigint default 0 not null,
    upload_signature text not null,
    bucket_id text not null,
    key text collate "C" not null,
    version text not null,
    owner_id text,
    created_at timestamptz default now() not null,
    user_metadata jsonb,
    metadata jsonb,
    constraint s3_multipart_uploads_pkey primary key (id),
    constraint s3_multipart_uploads_bucket_id_fkey foreign key (bucket_id)
        references storage.buckets(id)
);
create index idx_multipart_uploads_list
    on storage.s3_multipart_uploads (bucket_id, key, created_at);

create table storage.s3_multipart_uploads_parts (
    id uuid default gen_random_uuid() not null,
    upload_id text not null,
    size bigint default 0 not null,
    part_number integer not null,
    bucket_id text not null,
    key text collate "C" not null,
    etag text not null,
    owner_id text,
    version text not null,
    created_at timestamptz default now() not null,
    constraint s3_multipart_uploads_parts_pkey primary key (id),
    constraint s3_multipart_uploads_parts_bucket_id_fkey foreign key (bucket_id)
        references storage.buckets(id),
    constraint s3_multipart_uploads_parts_upload_id_fkey foreign key (upload_id)
        references storage.s3_multipart_uploads(id) on delete cascade
);

create table storage.buckets_analytics (
    name text not null,
    type storage.buckettype default 'ANALYTICS'::storage.buckettype not null,
    format text default 'ICEBERG'::text not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    id uuid default gen_random_uuid() not null,
    deleted_at timestamptz,
    constraint buckets_analytics_pkey primary key (id)
);
create unique index buckets_analytics_unique_name_idx on storage.buckets_analytics (name)
    where (deleted_at is null);

create table storage.iceberg_namespaces (
    id uuid default gen_random_uuid() not null,
    bucket_name text not null,
    name text not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    metadata jsonb default '{}'::jsonb not null,
    catalog_id uuid not null,
    constraint iceberg_namespaces_pkey primary key (id),
    constraint iceberg_namespaces_catalog_id_fkey foreign key (catalog_id)
        references storage.buckets_analytics(id) on delete cascade
);
create unique index idx_iceberg_namespaces_bucket_id
    on storage.iceberg_namespaces (catalog_id, name);

create table storage.iceberg_tables (
    id uuid default gen_random_uuid() not null,
    namespace_id uuid not null,
    bucket_name text not null,
    name text not null,
    location text not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    remote_table_id text,
    shard_key text,
    shard_id text,
    catalog_id uuid not null,
    constraint iceberg_tables_pkey primary key (id),
    constraint iceberg_tables_catalog_id_fkey foreign key (catalog_id)
        references storage.buckets_analytics(id) on delete cascade,
    constraint iceberg_tables_namespace_id_fkey foreign key (namespace_id)
        references storage.iceberg_namespaces(id) on delete cascade
);
create unique index idx_iceberg_tables_location on storage.iceberg_tables (location);
create unique index idx_iceberg_tables_namespace_id
    on storage.iceberg_tables (catalog_id, namespace_id, name);

create table storage.buckets_vectors (
    id text not null,
    type storage.buckettype default 'VECTOR'::storage.buckettype not null,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    constraint buckets_vectors_pkey primary key (id)
);

create table storage.vector_indexes (
    id text default gen_random_uuid() not null,
    name text not null,
    bucket_id text not null,
    data_type text not null,
    dimension integer not null,
    distance_metric text not null,
    metadata_configuration jsonb,
    created_at timestamptz default now() not null,
    updated_at timestamptz default now() not null,
    constraint vector_indexes_pkey primary key (id),
    constraint vector_indexes_bucket_id_fkey foreign key (bucket_id)
        references storage.buckets_vectors(id)
);
create unique index vector_indexes_name_bucket_id_idx on storage.vector_indexes (name, bucket_id);

reset role;
