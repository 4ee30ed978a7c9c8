-- Knows the tables in which migration frameworks keep what they have applied.

-- By name in lower case. columns: where the name is a common word, the only columns that such a table may have; a table
-- with others is the application's own.
CREATE FUNCTION sqlite_migrate._history_tables() RETURNS TABLE (name text, framework text, columns text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    VALUES ('__efmigrationshistory', 'Entity Framework Core', NULL::text[]),
           ('__efmigrationslock', 'Entity Framework Core', NULL),
           ('__migrationhistory', 'Entity Framework 6', NULL),
           ('versioninfo', 'FluentMigrator', '{version,appliedon,description}'),
           ('schemaversions', 'DbUp', '{schemaversionid,scriptname,applied}'),
           ('alembic_version', 'Alembic', NULL),
           ('django_migrations', 'Django', NULL),
           ('south_migrationhistory', 'South', NULL),
           ('migrate_version', 'SQLAlchemy-Migrate', NULL),
           ('migratehistory', 'peewee_migrate', NULL),
           ('aerich', 'Tortoise ORM', '{id,version,app,content}'),
           ('_yoyo_migration', 'yoyo', NULL), ('_yoyo_log', 'yoyo', NULL), ('_yoyo_version', 'yoyo', NULL),
           ('yoyo_lock', 'yoyo', NULL),
           ('schema_migrations', 'Rails, Ecto, golang-migrate, dbmate', NULL),
           ('ar_internal_metadata', 'Rails', NULL),
           ('schema_info', 'Sequel', '{version}'),
           ('migrations', 'Laravel, TypeORM, gormigrate, db-migrate',
            '{id,migration,batch,timestamp,name,run_on,run_at,hash,version,dirty,applied_at,created_at,executed_at}'),
           ('migration', 'Yii, MikroORM', '{id,version,apply_time,name,executed_at}'),
           ('phinxlog', 'Phinx, CakePHP', NULL),
           ('doctrine_migration_versions', 'Doctrine', NULL),
           ('migration_versions', 'Doctrine', '{version,executed_at}'),
           ('oc_migrations', 'Nextcloud', NULL),
           ('knex_migrations', 'knex', NULL), ('knex_migrations_lock', 'knex', NULL),
           ('migrations_lock', 'knex-migrator', '{lock_key,locked,acquired_at,released_at}'),
           ('sequelizemeta', 'Sequelize', NULL), ('sequelizedata', 'Sequelize', NULL),
           ('_prisma_migrations', 'Prisma', NULL),
           ('typeorm_metadata', 'TypeORM', NULL), ('typeorm_migrations', 'TypeORM', NULL),
           ('__drizzle_migrations', 'Drizzle', NULL),
           ('mikro_orm_migrations', 'MikroORM', NULL),
           ('kysely_migration', 'Kysely', NULL), ('kysely_migration_lock', 'Kysely', NULL),
           ('pgmigrations', 'node-pg-migrate', NULL),
           ('directus_migrations', 'Directus', NULL), ('strapi_migrations', 'Strapi', NULL),
           ('strapi_migrations_internal', 'Strapi', NULL), ('payload_migrations', 'Payload', NULL),
           ('flyway_schema_history', 'Flyway', NULL),
           ('schema_version', 'Flyway',
            '{installed_rank,version_rank,version,description,type,script,checksum,installed_by,installed_on,execution_time,success}'),
           ('databasechangelog', 'Liquibase', NULL), ('databasechangeloglock', 'Liquibase', NULL),
           ('changelog', 'MyBatis', '{id,applied_at,description}'),
           ('play_evolutions', 'Play', NULL), ('play_evolutions_lock', 'Play', NULL),
           ('goose_db_version', 'goose', NULL),
           ('gorp_migrations', 'sql-migrate', NULL),
           ('migration_log', 'Grafana', '{id,migration_id,sql,success,error,timestamp}'),
           ('version', 'Gitea', '{id,version}'), ('forgejo_version', 'Forgejo', NULL),
           ('db_migrations', 'morph', '{version,name}'),
           ('bun_migrations', 'bun', NULL), ('bun_migration_locks', 'bun', NULL),
           ('atlas_schema_revisions', 'Atlas', NULL),
           ('__diesel_schema_migrations', 'Diesel', NULL),
           ('_sqlx_migrations', 'sqlx', NULL),
           ('refinery_schema_history', 'Refinery', NULL),
           ('seaql_migrations', 'SeaORM', NULL)
$$;

-- The framework whose history a table is, or NULL. Without its columns the name decides.
CREATE FUNCTION sqlite_migrate._history_of(table_name text, its_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT h.framework FROM sqlite_migrate._history_tables() h
    WHERE h.name = lower(table_name)
      AND (h.columns IS NULL OR its_columns IS NULL
           OR ARRAY(SELECT lower(c) FROM unnest(its_columns) c) <@ h.columns)
$$;

-- Their ids differ from one kind of database to the other: copied, the framework would run its migrations again, or
-- never. Data mode leaves them alone.
CREATE FUNCTION sqlite_migrate._is_history(table_name text, its_columns text[] DEFAULT NULL) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sqlite_migrate._history_of(table_name, its_columns) IS NOT NULL
$$;
