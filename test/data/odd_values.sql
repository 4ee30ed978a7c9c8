-- Odd values, and what is promised of each: the one list that the tests, the SQLite file and docs/normalization.md share.
--
-- A case is a table of that name in the file, with one column v of the declared type, and one row that holds the literal.
-- outcome: the value as PostgreSQL prints it (UTC, ISO), NULL, or '! ' and the code of the complaint. rule: the rule under
-- which it is counted, none if NULL. rules: what the column asks for; a name, a JSON array of names, or an expression.
-- zone: assume_timezone, if not UTC. todo: why this version does not keep the promise yet; the test expects it to fail.
PRAGMA page_size = 512;
BEGIN;
CREATE TABLE odd_values (
    name     TEXT PRIMARY KEY,
    part     TEXT,
    declared TEXT NOT NULL,
    literal  TEXT NOT NULL,
    target   TEXT NOT NULL,
    rules    TEXT,
    zone     TEXT,
    outcome  TEXT,
    rule     TEXT,
    todo     TEXT
);

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('int_text',       'INTEGER', '''abc''',                'integer',  '! not_a_number',      NULL),
    ('int_empty',      'INTEGER', '''''',                   'integer',  NULL,                  'empty_as_null'),
    ('int_blank',      'TEXT',    '''  ''',                 'integer',  NULL,                  'empty_as_null'),
    ('int_null',       'INTEGER', 'NULL',                   'integer',  NULL,                  NULL),
    ('int_null_given', 'INTEGER', 'NULL',                   'integer NOT NULL', '! not_null',  NULL),
    ('int_empty_given', 'TEXT',   '''''',                   'integer NOT NULL', '! not_null',  NULL),
    ('int_numtext',    'TEXT',    ''' 42 ''',               'integer',  '42',                  NULL),
    ('int_plus',       'TEXT',    '''+5''',                 'integer',  '5',                   NULL),
    ('int_zeros',      'TEXT',    '''007''',                'integer',  '7',                   NULL),
    ('int_exponent',   'TEXT',    '''1e3''',                'integer',  '1000',                NULL),
    ('int_whole_text', 'TEXT',    '''5.0''',                'integer',  '5',                   NULL),
    ('int_whole_real', 'BLOB',    '5.0',                    'integer',  '5',                   NULL),
    ('int_hex',        'TEXT',    '''0x1F''',               'integer',  '! not_a_number',      NULL),
    ('int_underscore', 'TEXT',    '''1_000''',              'integer',  '! not_a_number',      NULL),
    ('int_comma',      'TEXT',    '''1,000''',              'integer',  '! not_a_number',      NULL),
    ('int_foreign',    'TEXT',    '''٣''',                  'integer',  '! not_a_number',      NULL),
    ('int_fraction_text', 'TEXT', '''2.5''',                'integer',  '! not_an_integer',    NULL),
    ('int_max64',      'INTEGER', '9223372036854775807',    'bigint',   '9223372036854775807', NULL),
    ('int_min64',      'INTEGER', '-9223372036854775807-1', 'bigint',   '-9223372036854775808', NULL),
    ('int_over64',     'TEXT',    '''9223372036854775808''', 'bigint',  '! out_of_range',      NULL),
    ('int_over64_real', 'INTEGER', '9223372036854775808',   'bigint',   '! out_of_range',      NULL),
    ('int_over32',     'INTEGER', '3000000000',             'integer',  '! out_of_range',      NULL),
    ('int_over16',     'INTEGER', '32768',                  'smallint', '! out_of_range',      NULL),
    ('int_min16',      'INTEGER', '-32768',                 'smallint', '-32768',              NULL),
    ('int_real',       'INTEGER', '1.5',                    'bigint',   '! not_an_integer',    NULL),
    ('int_infinity',   'REAL',    '9e999',                  'bigint',   '! out_of_range',      NULL),
    ('int_blob',       'INTEGER', 'x''0102''',              'integer',  '! wrong_storage',     NULL),
    ('int_blob_digits', 'BLOB',   'x''3432''',              'integer',  '! wrong_storage',     NULL);
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule) VALUES
    ('int_round',      'REAL',    '2.5',                    'integer',  'round', '3',              'round'),
    ('int_round_down', 'REAL',    '-2.5',                   'integer',  'round', '-3',             'round'),
    ('int_round_text', 'TEXT',    '''2.5''',                'integer',  'round', '3',              'round'),
    ('int_round_whole', 'REAL',   '2.0',                    'integer',  'round', '2',              NULL),
    ('int_round_over', 'REAL',    '2147483647.5',           'integer',  'round', '! out_of_range', NULL),
    ('int_round_word', 'TEXT',    '''abc''',                'integer',  'round', '! not_a_number', NULL),
    ('int_trunc',      'REAL',    '-2.7',                   'integer',  'trunc', '-2',             'trunc'),
    ('int_trunc_edge', 'REAL',    '2147483647.9',           'integer',  'trunc', '2147483647',     'trunc'),
    ('int_trunc_whole', 'INTEGER', '7',                     'integer',  'trunc', '7',              NULL),
    ('int_expression', 'TEXT',    '''1,000''',              'integer',  'replace($1, '','', '''')', '1000', 'expression'),
    ('int_expression_null', 'TEXT', '''n/a''',              'integer',  'nullif($1, ''n/a'')', NULL, 'expression');
UPDATE odd_values SET part = 'Integers' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('bool_1',          'INTEGER', '1',          'boolean', 'true',              NULL),
    ('bool_0_text',     'TEXT',    '''0''',      'boolean', 'false',             NULL),
    ('bool_real',       'REAL',    '1.0',        'boolean', 'true',              NULL),
    ('bool_real_zero',  'REAL',    '-0.0',       'boolean', 'false',             NULL),
    ('bool_half',       'REAL',    '0.5',        'boolean', '! not_a_boolean',   NULL),
    ('bool_2',          'INTEGER', '2',          'boolean', '! not_a_boolean',   NULL),
    ('bool_minus_1',    'INTEGER', '-1',         'boolean', '! not_a_boolean',   NULL),
    ('bool_text',       'TEXT',    '''true''',   'boolean', 'true',              NULL),
    ('bool_upper',      'TEXT',    '''FALSE''',  'boolean', 'false',             NULL),
    ('bool_letter',     'TEXT',    '''N''',      'boolean', 'false',             NULL),
    ('bool_off',        'TEXT',    ''' off ''',  'boolean', 'false',             NULL),
    ('bool_yes_in_int', 'INTEGER', '''yes''',    'boolean', 'true',              NULL),
    ('bool_empty',      'INTEGER', '''''',       'boolean', NULL,                'empty_as_null'),
    ('bool_word',       'TEXT',    '''maybe''',  'boolean', '! not_a_boolean',   NULL),
    ('bool_blob',       'BLOB',    'x''01''',    'boolean', '! wrong_storage',   NULL);
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule) VALUES
    ('bool_2_allowed',  'INTEGER', '2',          'boolean', 'nonzero_is_true', 'true',            'nonzero_is_true'),
    ('bool_1_allowed',  'INTEGER', '1',          'boolean', 'nonzero_is_true', 'true',            NULL),
    ('bool_word_allowed', 'TEXT',  '''maybe''',  'boolean', 'nonzero_is_true', '! not_a_boolean', NULL);
UPDATE odd_values SET part = 'Booleans' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('real_inf',         'REAL',    '9e999',                   'double precision', 'Infinity',                NULL),
    ('real_neginf',      'REAL',    '-9e999',                  'double precision', '-Infinity',               NULL),
    ('real_nan',         'TEXT',    '''NaN''',                 'double precision', 'NaN',                     NULL),
    ('real_text',        'REAL',    '''1,5''',                 'double precision', '! not_a_number',          NULL),
    ('real_empty',       'REAL',    '''''',                    'double precision', NULL,                      'empty_as_null'),
    ('real_max',         'REAL',    '1.7976931348623157e308',  'double precision', '1.7976931348623157e+308', NULL),
    ('real_tiny',        'REAL',    '5e-324',                  'double precision', '5e-324',                  NULL),
    ('real_017',         'REAL',    '0.1+0.2',                 'double precision', '0.30000000000000004',     NULL),
    ('real_int',         'REAL',    '3',                       'double precision', '3',                       NULL),
    ('real_int_exact',   'INTEGER', '9007199254740992',        'double precision', '9.007199254740992e+15',   NULL),
    ('real_int_inexact', 'INTEGER', '9007199254740993',        'double precision', '! out_of_range',          NULL),
    ('real_over_text',   'TEXT',    '''1e400''',               'double precision', '! out_of_range',          NULL),
    ('real_under_text',  'TEXT',    '''1e-400''',              'double precision', '! out_of_range',          NULL),
    ('real_hex',         'TEXT',    '''0x1p4''',               'double precision', '! not_a_number',          NULL),
    ('real_blob',        'BLOB',    'x''3ff0000000000000''',   'double precision', '! wrong_storage',         NULL),
    ('real4_exact',      'REAL',    '0.5',                     'real',             '0.5',                     NULL),
    ('real4_text',       'TEXT',    '''0.1''',                 'real',             '0.1',                     NULL),
    ('real4_rounded',    'REAL',    '0.1',                     'real',             '0.1',                     'round_to_real'),
    ('real4_int',        'INTEGER', '16777217',                'real',             '1.6777216e+07',           'round_to_real'),
    ('real4_over',       'REAL',    '1e39',                    'real',             '! out_of_range',          NULL),
    ('real4_under',      'REAL',    '1e-60',                   'real',             '! out_of_range',          NULL),
    ('real4_infinity',   'REAL',    '9e999',                   'real',             'Infinity',                NULL),
    ('num_money',        'DECIMAL(10,2)', '123.45',            'numeric(10,2)',    '123.45',                  NULL),
    ('num_scale',        'TEXT',    '''1.005''',               'numeric(10,2)',    '1.01',                    'round_to_scale'),
    ('num_scale_real',   'REAL',    '1.005',                   'numeric(10,2)',    '1.01',                    'round_to_scale'),
    ('num_scale_zeros',  'TEXT',    '''1.500''',               'numeric(10,2)',    '1.50',                    NULL),
    ('num_over',         'INTEGER', '123456789',               'numeric(10,2)',    '! out_of_range',          NULL),
    ('num_round_over',   'TEXT',    '''9.995''',               'numeric(3,2)',     '! out_of_range',          NULL),
    ('num_bigtext',      'TEXT',    '''123456789012345678901234567890.123456789''', 'numeric', '123456789012345678901234567890.123456789', NULL),
    ('num_int64',        'NUMERIC', '9007199254740993',        'numeric',          '9007199254740993',        NULL),
    ('num_real',         'REAL',    '0.1',                     'numeric',          '0.1',                     NULL),
    ('num_exponent',     'TEXT',    '''1.5e-3''',              'numeric',          '0.0015',                  NULL),
    ('num_infinity',     'REAL',    '9e999',                   'numeric',          'Infinity',                NULL),
    ('num_infinity_scale', 'REAL',  '9e999',                   'numeric(10,2)',    '! out_of_range',          NULL),
    ('num_nan',          'TEXT',    '''nan''',                 'numeric(10,2)',    'NaN',                     NULL),
    ('num_word',         'TEXT',    '''12 EUR''',              'numeric',          '! not_a_number',          NULL),
    ('num_empty',        'TEXT',    '''''',                    'numeric',          NULL,                      'empty_as_null'),
    ('num_blob',         'BLOB',    'x''31''',                 'numeric',          '! wrong_storage',         NULL);
INSERT INTO odd_values (name, declared, literal, target, outcome, rule, todo) VALUES
    ('real_text_inexact', 'TEXT',   '''9007199254740993''',    'double precision', '! out_of_range',          NULL,
     'a whole number as text is rounded in silence, as an integer it is refused'),
    ('real4_text_inexact', 'TEXT',  '''16777217''',            'real',             '1.6777216e+07',           'round_to_real',
     'a whole number as text is rounded in silence, as an integer it is counted'),
    ('money_scale',      'TEXT',    '''1.005''',               'money',            '$1.01',                   'round_to_scale',
     'the type''s input function rounds in silence');
UPDATE odd_values SET part = 'Reals and decimals' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('ts_empty',         'TEXT',     '''''',                                  'timestamptz', NULL,                     'empty_as_null'),
    ('ts_epoch',         'INTEGER',  '1700000000',                            'timestamptz', '! ambiguous_time',       NULL),
    ('ts_epoch_ms',      'INTEGER',  '1700000000000',                         'timestamptz', '! ambiguous_time',       NULL),
    ('ts_epoch_text',    'TEXT',     '''1700000000''',                        'timestamp',   '! ambiguous_time',       NULL),
    ('ts_julian',        'REAL',     '2460000.5',                             'timestamptz', '! ambiguous_time',       NULL),
    ('ts_year_affinity', 'DATETIME', '''2024''',                              'timestamp',   '! ambiguous_time',       NULL),
    ('ts_bad',           'TEXT',     '''2024-13-45''',                        'timestamptz', '! not_a_time',           NULL),
    ('ts_february',      'TEXT',     '''2024-02-30 00:00:00''',               'timestamp',   '! not_a_time',           NULL),
    ('ts_dateonly',      'DATETIME', '''2024-01-02''',                        'timestamp',   '2024-01-02 00:00:00',    NULL),
    ('ts_t',             'TEXT',     '''2024-01-02T03:04:05''',               'timestamp',   '2024-01-02 03:04:05',    NULL),
    ('ts_minutes',       'TEXT',     '''2024-01-02 03:04''',                  'timestamp',   '2024-01-02 03:04:00',    NULL),
    ('ts_z',             'TEXT',     '''2024-01-02T03:04:05Z''',              'timestamptz', '2024-01-02 03:04:05+00', NULL),
    ('ts_z_plain',       'TEXT',     '''2024-01-02T03:04:05Z''',              'timestamp',   '2024-01-02 03:04:05',    NULL),
    ('ts_offset',        'TEXT',     '''2024-01-02 03:04:05+02:00''',         'timestamptz', '2024-01-02 01:04:05+00', NULL),
    ('ts_offset_hours',  'TEXT',     '''2024-01-02 03:04:05-08''',            'timestamptz', '2024-01-02 11:04:05+00', NULL),
    ('ts_offset_plain',  'TEXT',     '''2024-01-02 03:04:05+02:00''',         'timestamp',   '2024-01-02 01:04:05',    'offset_to_utc'),
    ('ts_offset_zero',   'TEXT',     '''2024-01-02 03:04:05+00:00''',         'timestamp',   '2024-01-02 03:04:05',    NULL),
    ('ts_micros',        'TEXT',     '''2024-01-02 03:04:05.123456''',        'timestamp',   '2024-01-02 03:04:05.123456', NULL),
    ('ts_ticks',         'TEXT',     '''2024-01-02 03:04:05.1234567''',       'timestamp',   '2024-01-02 03:04:05.123456', 'digits_cut'),
    ('ts_ticks_zero',    'TEXT',     '''2024-01-02 03:04:05.1234560''',       'timestamp',   '2024-01-02 03:04:05.123456', NULL),
    ('ts_nanos',         'TEXT',     '''2024-01-02T03:04:05.123456789Z''',    'timestamptz', '2024-01-02 03:04:05.123456+00', 'digits_cut'),
    ('ts_last',          'TEXT',     '''9999-12-31 23:59:59.9999999''',       'timestamp',   '9999-12-31 23:59:59.999999', 'digits_cut'),
    ('ts_precision',     'TEXT',     '''2024-01-02 03:04:05.1239''',          'timestamp(3)', '2024-01-02 03:04:05.123', 'digits_cut'),
    ('ts_24',            'TEXT',     '''2024-01-01 24:00:00''',               'timestamp',   '2024-01-02 00:00:00',    NULL),
    ('ts_25',            'TEXT',     '''2024-01-01 25:00:00''',               'timestamp',   '! not_a_time',           NULL),
    ('ts_basic',         'TEXT',     '''20240102T030405Z''',                  'timestamptz', '2024-01-02 03:04:05+00', NULL),
    ('ts_mail',          'TEXT',     '''Fri, 05 Jan 2024 10:00:00 +0100''',   'timestamptz', '2024-01-05 09:00:00+00', NULL),
    ('ts_go',            'TEXT',     '''2024-01-05 10:00:00.5 +0100 CET''',   'timestamptz', '2024-01-05 09:00:00.5+00', NULL),
    ('ts_zone_name',     'TEXT',     '''2024-07-05 10:00:00 Europe/Berlin''', 'timestamptz', '2024-07-05 08:00:00+00', NULL),
    ('ts_zone_name_plain', 'TEXT',   '''2024-07-05 10:00:00 Europe/Berlin''', 'timestamp',   '! zone_needed',          NULL),
    ('ts_order',         'TEXT',     '''01/02/2024''',                        'timestamp',   '! not_a_time',           NULL),
    ('ts_dots',          'TEXT',     '''05.01.2024 10:00''',                  'timestamp',   '! not_a_time',           NULL),
    ('ts_now',           'TEXT',     '''now''',                               'timestamptz', '! evaluated_word',       NULL),
    ('ts_tomorrow',      'TEXT',     '''Tomorrow''',                          'timestamp',   '! evaluated_word',       NULL),
    ('ts_infinity',      'TEXT',     '''infinity''',                          'timestamptz', 'infinity',               NULL),
    ('ts_far',           'TEXT',     '''294277-01-01 00:00:00''',             'timestamp',   '! implausible_time',     NULL),
    ('ts_bc',            'TEXT',     '''0044-03-15 12:00:00 BC''',            'timestamp',   '0044-03-15 12:00:00 BC', NULL),
    ('ts_word',          'TEXT',     '''never''',                             'timestamp',   '! not_a_time',           NULL),
    ('ts_blob',          'BLOB',     'x''323032342d30312d3032''',             'timestamp',   '! wrong_storage',        NULL),
    ('date_0000',        'DATE',     '''0000-00-00''',                        'date',        '! not_a_time',           NULL),
    ('date_iso',         'DATE',     '''2024-02-29''',                        'date',        '2024-02-29',             NULL),
    ('date_leap',        'DATE',     '''2023-02-29''',                        'date',        '! not_a_time',           NULL),
    ('date_midnight',    'TEXT',     '''2024-01-05T00:00:00''',               'date',        '2024-01-05',             NULL),
    ('date_midnight_z',  'TEXT',     '''2024-01-05T00:00:00.000Z''',          'date',        '2024-01-05',             NULL),
    ('date_time',        'TEXT',     '''2024-01-05 10:00''',                  'date',        '2024-01-05',             'time_dropped'),
    ('date_offset',      'TEXT',     '''2024-01-05T00:00:00+02:00''',         'date',        '2024-01-05',             'time_dropped'),
    ('date_basic',       'TEXT',     '''20240105''',                          'date',        '2024-01-05',             NULL),
    ('date_basic_affinity', 'DATE',  '''20240105''',                          'date',        '! ambiguous_time',       NULL),
    ('date_named',       'TEXT',     '''Jan 5, 2024''',                       'date',        '2024-01-05',             NULL),
    ('date_today',       'TEXT',     '''today''',                             'date',        '! evaluated_word',       NULL),
    ('date_clock',       'TEXT',     '''10:00:00''',                          'date',        '! not_a_time',           NULL),
    ('date_empty',       'DATE',     '''''',                                  'date',        NULL,                     'empty_as_null'),
    ('time_25',          'TIME',     '''25:00:00''',                          'time',        '! not_a_time',           NULL),
    ('time_plain',       'TIME',     '''10:00:00.123''',                      'time',        '10:00:00.123',           NULL),
    ('time_ticks',       'TIME',     '''10:00:00.1234567''',                  'time',        '10:00:00.123456',        'digits_cut'),
    ('time_24',          'TIME',     '''24:00:00''',                          'time',        '24:00:00',               NULL),
    ('time_half_day',    'TEXT',     '''10:30 PM''',                          'time',        '22:30:00',               NULL),
    ('time_offset',      'TEXT',     '''10:00:00+02:00''',                    'time',        '! not_a_time',           NULL),
    ('time_date',        'TEXT',     '''2024-01-05 10:00:00''',               'time',        '! not_a_time',           NULL),
    ('time_number',      'INTEGER',  '36000',                                 'time',        '! ambiguous_time',       NULL),
    ('time_now',         'TEXT',     '''now''',                               'time',        '! evaluated_word',       NULL),
    ('timetz_offset',    'TEXT',     '''10:00:00+02:00''',                    'timetz',      '10:00:00+02',            NULL),
    ('timetz_assumed',   'TEXT',     '''10:00:00''',                          'timetz',      '10:00:00+00',            NULL),
    ('timetz_named',     'TEXT',     '''10:00:00 Europe/Berlin''',            'timetz',      '! zone_needed',          NULL),
    ('span_clock',       'TEXT',     '''26:03:04.5''',                        'interval',    '26:03:04.5',             NULL),
    ('span_dotnet',      'TEXT',     '''1.02:03:04''',                        'interval',    '1 day 02:03:04',         NULL),
    ('span_dotnet_ticks', 'TEXT',    '''00:00:01.1234567''',                  'interval',    '00:00:01.123456',        'digits_cut'),
    ('span_python',      'TEXT',     '''-1 day, 23:59:59''',                  'interval',    '-1 days +23:59:59',      NULL),
    ('span_iso',         'TEXT',     '''P1DT2H3M''',                          'interval',    '1 day 02:03:00',         NULL),
    ('span_words',       'TEXT',     '''1 hour 30 minutes''',                 'interval',    '01:30:00',               NULL),
    ('span_number',      'INTEGER',  '90',                                    'interval',    '! ambiguous_time',       NULL),
    ('span_text',        'TEXT',     '''90''',                                'interval',    '! ambiguous_time',       NULL),
    ('span_empty',       'TEXT',     '''''',                                  'interval',    NULL,                     'empty_as_null');
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule) VALUES
    ('unit_seconds',     'INTEGER', '1700000000',            'timestamptz', 'unix_seconds', '2023-11-14 22:13:20+00',   'unix_seconds'),
    ('unit_seconds_plain', 'INTEGER', '1700000000',          'timestamp',   'unix_seconds', '2023-11-14 22:13:20',      'unix_seconds'),
    ('unit_seconds_text', 'TEXT',   '''1700000000''',        'timestamptz', 'unix_seconds', '2023-11-14 22:13:20+00',   'unix_seconds'),
    ('unit_seconds_real', 'REAL',   '1700000000.5',          'timestamptz', 'unix_seconds', '2023-11-14 22:13:20.5+00', 'unix_seconds'),
    ('unit_seconds_before', 'INTEGER', '-1',                 'timestamptz', 'unix_seconds', '1969-12-31 23:59:59+00',   'unix_seconds'),
    ('unit_seconds_wrong', 'INTEGER', '1700000000000',       'timestamptz', 'unix_seconds', '! implausible_time',       NULL),
    ('unit_seconds_iso', 'TEXT',    '''2024-01-02''',        'timestamptz', 'unix_seconds', '2024-01-02 00:00:00+00',   NULL),
    ('unit_seconds_empty', 'TEXT',  '''''',                  'timestamptz', 'unix_seconds', NULL,                       'empty_as_null'),
    ('unit_seconds_date', 'INTEGER', '1699920000',           'date',        'unix_seconds', '2023-11-14',               'unix_seconds'),
    ('unit_seconds_date_time', 'INTEGER', '1700000000',      'date',        'unix_seconds', '2023-11-14',               'time_dropped'),
    ('unit_seconds_time', 'INTEGER', '36000',                'time',        'unix_seconds', '! ambiguous_time',         NULL),
    ('unit_ms',          'INTEGER', '1700000000000',         'timestamptz', 'unix_ms',      '2023-11-14 22:13:20+00',   'unix_ms'),
    ('unit_us',          'INTEGER', '1700000000123456',      'timestamptz', 'unix_us',      '2023-11-14 22:13:20.123456+00', 'unix_us'),
    ('unit_ns',          'INTEGER', '1700000000123456000',   'timestamptz', 'unix_ns',      '2023-11-14 22:13:20.123456+00', 'unix_ns'),
    ('unit_ns_cut',      'INTEGER', '1700000000123456789',   'timestamptz', 'unix_ns',      '2023-11-14 22:13:20.123456+00', 'digits_cut'),
    ('unit_julian',      'REAL',    '2460000.5',             'timestamptz', 'julian',       '2023-02-25 00:00:00+00',   'julian'),
    ('unit_julian_whole', 'INTEGER', '2460000',              'timestamptz', 'julian',       '2023-02-24 12:00:00+00',   'julian'),
    ('unit_cocoa',       'REAL',    '700000000.25',          'timestamptz', 'cocoa',        '2023-03-08 20:26:40.25+00', 'cocoa'),
    ('unit_webkit',      'INTEGER', '13344473600000000',     'timestamptz', 'webkit',       '2023-11-14 22:13:20+00',   'webkit'),
    ('unit_filetime',    'INTEGER', '133444736000000000',    'timestamptz', 'filetime',     '2023-11-14 22:13:20+00',   'filetime'),
    ('unit_ticks',       'INTEGER', '638355968000000000',    'timestamp',   'dotnet_ticks', '2023-11-14 22:13:20',      'dotnet_ticks'),
    ('unit_ticks_cut',   'INTEGER', '638355968000000001',    'timestamp',   'dotnet_ticks', '2023-11-14 22:13:20',      'digits_cut'),
    ('unit_span_seconds', 'REAL',   '90.5',                  'interval',    'unix_seconds', '00:01:30.5',               'unix_seconds'),
    ('unit_span_ticks',  'INTEGER', '36000000000',           'interval',    'dotnet_ticks', '01:00:00',                 'dotnet_ticks'),
    ('unit_span_julian', 'INTEGER', '1',                     'interval',    'julian',       '! ambiguous_time',         NULL),
    ('date_expression',  'TEXT',    '''05.01.2024''',        'date',        'regexp_replace($1, ''(..)\.(..)\.(....)'', ''\3-\2-\1'')', '2024-01-05', 'expression');
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule, todo) VALUES
    ('date_expression_type', 'TEXT', '''05.01.2024''',       'date',        'to_date($1, ''DD.MM.YYYY'')', '2024-01-05', 'expression',
     NULL);
INSERT INTO odd_values (name, declared, literal, target, rules, zone, outcome, rule) VALUES
    ('zone_summer',      'TEXT',    '''2024-07-01 12:00:00''',  'timestamptz', NULL, 'Europe/Berlin', '2024-07-01 10:00:00+00', NULL),
    ('zone_winter',      'TEXT',    '''2024-01-01''',           'timestamptz', NULL, 'Europe/Berlin', '2023-12-31 23:00:00+00', NULL),
    ('zone_stated',      'TEXT',    '''2024-07-01T12:00:00Z''', 'timestamptz', NULL, 'Europe/Berlin', '2024-07-01 12:00:00+00', NULL),
    ('zone_plain',       'TEXT',    '''2024-07-01 12:00:00''',  'timestamp',   NULL, 'Europe/Berlin', '2024-07-01 12:00:00',    NULL),
    ('zone_unix',        'INTEGER', '1700000000',               'timestamptz', 'unix_seconds', 'Europe/Berlin', '2023-11-14 22:13:20+00', 'unix_seconds'),
    ('zone_ticks',       'INTEGER', '638355968000000000',       'timestamptz', 'dotnet_ticks', 'Europe/Berlin', '2023-11-14 21:13:20+00', 'dotnet_ticks'),
    ('zone_timetz',      'TEXT',    '''10:00:00''',             'timetz',      NULL, 'Europe/Berlin', '! zone_needed',          NULL);
INSERT INTO odd_values (name, declared, literal, target, outcome, rule, todo) VALUES
    ('ts_zone_name_precision', 'TEXT', '''2024-07-05 10:00:00.1239 Europe/Berlin''', 'timestamptz(3)', '2024-07-05 08:00:00.123+00', 'digits_cut',
     NULL),
    ('span_precision', 'TEXT',      '''00:00:01.6''',           'interval(0)', '00:00:01',                'digits_cut',
     NULL),
    ('span_precision_words', 'TEXT', '''1.6 seconds''',         'interval(0)', '00:00:01',                'digits_cut',
     NULL),
    ('span_fields',    'TEXT',      '''1 day 02:03:04''',       'interval day to minute', '1 day 02:03:00', 'digits_cut',
     NULL);
UPDATE odd_values SET part = 'Dates and times' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('text_nul',        'TEXT', '''a''||char(0)||''b''',         'text',       '! nul_byte',      NULL),
    ('text_badutf8',    'TEXT', 'cast(x''41ff42'' as text)',     'text',       '! invalid_utf8',  NULL),
    ('text_latin1',     'TEXT', 'cast(x''636166e9'' as text)',   'text',       '! invalid_utf8',  NULL),
    ('text_overlong',   'TEXT', 'cast(x''c080'' as text)',       'text',       '! invalid_utf8',  NULL),
    ('text_cut',        'TEXT', 'cast(x''61e282'' as text)',     'text',       '! invalid_utf8',  NULL),
    ('text_beyond',     'TEXT', 'cast(x''f4908080'' as text)',   'text',       '! invalid_utf8',  NULL),
    ('text_blob',       'TEXT', 'x''00ff''',                     'text',       '! invalid_utf8',  NULL),
    ('text_blob_utf8',  'TEXT', 'x''636166c3a9''',               'text',       'café',            NULL),
    ('text_int',        'TEXT', '1234',                          'text',       '1234',            NULL),
    ('text_real',       'BLOB', '0.1',                           'text',       '0.1',             NULL),
    ('text_real_whole', 'BLOB', '1.0',                           'text',       '1.0',             NULL),
    ('text_real_large', 'BLOB', '1e300',                         'text',       '1e+300',          NULL),
    ('text_surrog',     'TEXT', 'cast(x''eda080'' as text)',     'text',       '! invalid_utf8',  NULL),
    ('text_empty',      'TEXT', '''''',                          'text',       '',                NULL),
    ('text_nullword',   'TEXT', '''\N''',                        'text',       '\N',              NULL),
    ('text_crlf',       'TEXT', '''a''||char(13)||char(10)||''b''', 'text',    'a' || char(13) || char(10) || 'b', NULL),
    ('text_owl',        'TEXT', '''🦉''',                        'text',       '🦉',              NULL),
    ('varchar5',        'VARCHAR(5)', '''abcdefgh''',            'varchar(5)', '! too_long',      NULL),
    ('varchar5_umlauts', 'VARCHAR(5)', '''äöüßé''',              'varchar(5)', 'äöüßé',           NULL),
    ('varchar5_blanks', 'VARCHAR(5)', '''abcde   ''',            'varchar(5)', 'abcde',           'blanks_cut'),
    ('varchar5_inside', 'VARCHAR(5)', '''ab  ''',                'varchar(5)', 'ab  ',            NULL),
    ('varchar5_tab',    'VARCHAR(5)', '''abcde''||char(9)',      'varchar(5)', '! too_long',      NULL),
    ('varchar5_empty',  'VARCHAR(5)', '''''',                    'varchar(5)', '',                NULL),
    ('varchar5_number', 'BLOB', '1234567',                       'varchar(5)', '! too_long',      NULL),
    ('char5',           'CHAR(5)', '''ab''',                     'char(5)',    'ab',              NULL),
    ('char5_blanks',    'CHAR(5)', '''ab      ''',               'char(5)',    'ab',              'blanks_cut'),
    ('char5_over',      'CHAR(5)', '''abcdef''',                 'char(5)',    '! too_long',      NULL),
    ('name_63',         'TEXT', 'printf(''%.63c'', ''x'')',      'name',       printf('%.63c', 'x'), NULL),
    ('name_64',         'TEXT', 'printf(''%.64c'', ''x'')',      'name',       printf('%.63c', 'x'), 'name_cut'),
    ('name_owl',        'TEXT', 'printf(''%.61c'', ''x'')||''🦉''', 'name',    printf('%.61c', 'x'), 'name_cut');
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule) VALUES
    ('text_strip',         'TEXT', '''a''||char(0)||''b''',       'text', 'strip_nul',       'ab',             'strip_nul'),
    ('text_strip_clean',   'TEXT', '''ab''',                      'text', 'strip_nul',       'ab',             NULL),
    ('text_strip_bad',     'TEXT', 'cast(x''41ff42'' as text)',   'text', 'strip_nul',       '! invalid_utf8', NULL),
    ('text_replace',       'TEXT', 'cast(x''41ff42'' as text)',   'text', 'replace_invalid', 'A�B',            'replace_invalid'),
    ('text_replace_surrog', 'TEXT', 'cast(x''eda080'' as text)',  'text', 'replace_invalid', '���',            'replace_invalid'),
    ('text_replace_cut',   'TEXT', 'cast(x''61e282'' as text)',   'text', 'replace_invalid', 'a�',             'replace_invalid'),
    ('text_replace_nul',   'TEXT', '''a''||char(0)||''b''',       'text', 'replace_invalid', '! nul_byte',     NULL),
    ('text_replace_clean', 'TEXT', '''café''',                    'text', 'replace_invalid', 'café',           NULL),
    ('text_as_latin1',     'TEXT', 'cast(x''636166e9'' as text)', 'text', 'latin1',          'café',           'latin1'),
    ('text_as_latin1_utf8', 'TEXT', '''café''',                   'text', 'latin1',          'café',           NULL),
    ('text_two_rules',     'TEXT', 'cast(x''610062e9'' as text)', 'text', '["latin1", "strip_nul"]', 'abé',    'latin1'),
    ('varchar5_truncate',  'VARCHAR(5)', '''abcdefgh''',          'varchar(5)', 'truncate',  'abcde',          'truncate'),
    ('varchar5_truncate_umlauts', 'VARCHAR(5)', '''äöüßéà''',     'varchar(5)', 'truncate',  'äöüßé',          'truncate'),
    ('varchar5_truncate_fits', 'VARCHAR(5)', '''abc''',           'varchar(5)', 'truncate',  'abc',            NULL),
    ('char5_truncate',     'CHAR(5)', '''abcdef''',               'char(5)',    'truncate',  'abcde',          'truncate'),
    ('text_expression',    'TEXT', '''/mnt/nas-plex/a.mkv''',     'text', 'replace($1, ''/mnt/nas-plex/'', ''/media/library/'')', '/media/library/a.mkv', 'expression'),
    ('text_expression_same', 'TEXT', '''/other/a.mkv''',          'text', 'replace($1, ''/mnt/nas-plex/'', ''/media/library/'')', '/other/a.mkv', NULL),
    ('text_expression_null', 'TEXT', 'NULL',                      'text', 'coalesce($1, ''-'')', '-',          'expression');
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule, todo) VALUES
    ('text_expression_blob', 'BLOB', 'x''00ff''',                 'text', 'encode($1, ''hex'')', '00ff',       'expression',
     NULL);
UPDATE odd_values SET part = 'Text' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('blob_text',   'BLOB', '''hello''',                        'bytea', '\x68656c6c6f', NULL),
    ('blob_int',    'BLOB', '42',                               'bytea', '\x3432',       NULL),
    ('blob_empty',  'BLOB', 'x''''',                            'bytea', '\x',           NULL),
    ('blob_empty_text', 'BLOB', '''''',                         'bytea', '\x',           NULL),
    ('blob_escape', 'TEXT', '''\x6869''',                       'bytea', '\x5c7836383639', NULL),
    ('blob_nul',    'TEXT', '''a''||char(0)||''b''',            'bytea', '\x610062',     NULL),
    ('blob_badutf8', 'TEXT', 'cast(x''41ff42'' as text)',       'bytea', '\x41ff42',     NULL);
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule) VALUES
    ('blob_expression', 'BLOB', 'x''6869''',                    'bytea', 'substr($1, 2)', '\x69',  'expression'),
    ('blob_hex',    'TEXT', '''6869''',                         'bytea', 'hex',    '\x6869',       'hex'),
    ('blob_hex_bad', 'TEXT', '''hello''',                       'bytea', 'hex',    '! not_hex',    NULL),
    ('blob_hex_blob', 'BLOB', 'x''6869''',                      'bytea', 'hex',    '\x6869',       NULL),
    ('blob_base64', 'TEXT', '''aGk=''',                         'bytea', 'base64', '\x6869',       'base64'),
    ('blob_base64_bad', 'TEXT', '''hello''',                    'bytea', 'base64', '! not_base64', NULL);
UPDATE odd_values SET part = 'Bytes' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('uuid_nodash', 'TEXT', '''A0EEBC999C0B4EF8BB6D6BB9BD380A12''', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL),
    ('uuid_brace',  'TEXT', '''{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12}''', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL),
    ('uuid_upper',  'TEXT', '''A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12''', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL),
    ('uuid_urn',    'TEXT', '''urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12''', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL),
    ('uuid_blob',   'BLOB', 'x''a0eebc999c0b4ef8bb6d6bb9bd380a12''', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL),
    ('uuid_bad',    'TEXT', '''nope''',                              'uuid', '! not_a_uuid', NULL),
    ('uuid_short',  'TEXT', '''a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1''', 'uuid', '! not_a_uuid', NULL),
    ('uuid_letter', 'TEXT', '''g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12''', 'uuid', '! not_a_uuid', NULL),
    ('uuid_blob_15', 'BLOB', 'x''a0eebc999c0b4ef8bb6d6bb9bd380a''',  'uuid', '! not_a_uuid', NULL),
    ('uuid_empty',  'TEXT', '''''',                                  'uuid', NULL, 'empty_as_null'),
    ('uuid_zero_affinity', 'UUID', '''00000000000000000000000000000012''', 'uuid', '! destroyed_by_affinity', NULL),
    ('uuid_real_affinity', 'UUID', '''12345678901234567890123456789012''', 'uuid', '! destroyed_by_affinity', NULL),
    ('uuid_exponent_affinity', 'UUID', '''50000000000000000000000000000e10''', 'uuid', '! destroyed_by_affinity', NULL),
    ('uuid_dashes_affinity', 'UUID', '''00000000-0000-0000-0000-000000000012''', 'uuid', '00000000-0000-0000-0000-000000000012', NULL);
INSERT INTO odd_values (name, declared, literal, target, rules, outcome, rule) VALUES
    ('uuid_dotnet', 'BLOB', 'x''99bceea00b9cf84ebb6d6bb9bd380a12''', 'uuid', 'uuid_dotnet', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', 'uuid_dotnet'),
    ('uuid_dotnet_text', 'TEXT', '''a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12''', 'uuid', 'uuid_dotnet', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', NULL);
UPDATE odd_values SET part = 'Uuids' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('json_bad',       'TEXT', '''{a:1}''',                  'jsonb', '! refused_by_type', NULL),
    ('json_empty',     'TEXT', '''''',                       'jsonb', NULL,                'empty_as_null'),
    ('json_u0000',     'TEXT', '''{"a":"\u0000"}''',         'jsonb', '! not_json',        NULL),
    ('json_u0000_json', 'TEXT', '''{"a":"\u0000"}''',        'json',  '{"a":"\u0000"}',    NULL),
    ('json_u0000_escaped', 'TEXT', '''{"a":"\\u0000"}''',    'jsonb', '{"a": "\\u0000"}',  NULL),
    ('json_surrog',    'TEXT', '''{"a":"\ud800"}''',         'jsonb', '! refused_by_type', NULL),
    ('json_text',      'TEXT', '''{"b": 1,  "a":[]}''',      'json',  '{"b": 1,  "a":[]}', NULL),
    ('json_number',    'JSON', '5',                          'jsonb', '5',                 NULL),
    ('json_nan',       'TEXT', '''{"a":NaN}''',              'jsonb', '! refused_by_type', NULL),
    ('json_infinity',  'JSON', '9e999',                      'json',  '! not_json',        NULL),
    ('json_badutf8',   'TEXT', 'cast(x''22ff22'' as text)',  'json',  '! invalid_utf8',    NULL),
    ('json_blob',      'BLOB', 'x''7b7d''',                  'jsonb', '{}',                NULL),
    ('json_same_key',  'TEXT', '''{"a":1,"a":2}''',          'jsonb', '{"a": 2}',          'duplicate_keys'),
    ('json_same_key_deep', 'TEXT', '''[{"a":{"b":1},"a":":"}]''', 'jsonb', '[{"a": ":"}]',  'duplicate_keys'),
    ('json_same_key_apart', 'TEXT', '''[{"a":1},{"a":1}]''', 'jsonb', '[{"a": 1}, {"a": 1}]', NULL),
    ('json_same_key_text', 'TEXT', '''{"a":1,"a":2}''',      'json',  '{"a":1,"a":2}',     NULL);
INSERT INTO odd_values (name, declared, literal, target, outcome, rule, todo) VALUES
    ('json_sqlite_jsonb', 'BLOB', 'x''4c17611331''',         'jsonb', '{"a": 1}',          NULL, 'SQLite''s own JSONB is not read');
UPDATE odd_values SET part = 'JSON' WHERE part IS NULL;

INSERT INTO odd_values (name, declared, literal, target, outcome, rule) VALUES
    ('array_json',     'TEXT', '''[1,2]''',             'integer[]',     '{1,2}',            NULL),
    ('array_empty',    'TEXT', '''[]''',                'integer[]',     '{}',               NULL),
    ('array_no_text',  'TEXT', '''''',                  'integer[]',     NULL,               'empty_as_null'),
    ('array_words',    'TEXT', '''["a","b,c",null]''',  'text[]',        '{a,"b,c",NULL}',   NULL),
    ('array_postgres', 'TEXT', '''{1,2}''',             'integer[]',     '{1,2}',            NULL),
    ('array_nested',   'TEXT', '''[1,[2]]''',           'integer[]',     '! not_an_array',   NULL),
    ('array_word',     'TEXT', '''1,2''',               'integer[]',     '! not_an_array',   NULL),
    ('array_fraction', 'TEXT', '''[1.5]''',             'integer[]',     '! not_an_integer', NULL),
    ('array_number',   'INTEGER', '1',                  'integer[]',     '! wrong_storage',  NULL),
    ('array_now',      'TEXT', '''["now"]''',           'timestamptz[]', '! evaluated_word', NULL),
    ('array_now_postgres', 'TEXT', '''{now}''',         'timestamptz[]', '! not_an_array',   NULL),
    ('array_too_long', 'TEXT', '''["abcdef"]''',        'varchar(5)[]',  '! too_long',       NULL),
    ('enum_label',     'TEXT', '''red''',               'colour',      'red',              NULL),
    ('enum_case',      'TEXT', '''Red''',               'colour',      '! refused_by_type', NULL),
    ('enum_empty',     'TEXT', '''''',                  'colour',      NULL,               'empty_as_null'),
    ('enum_number',    'INTEGER', '0',                  'colour',      '! refused_by_type', NULL),
    ('domain_fits',    'TEXT', '''5''',                 'positive',    '5',                NULL),
    ('domain_check',   'INTEGER', '-1',                 'positive',    '! refused_by_type', NULL),
    ('domain_text',    'INTEGER', '''abc''',            'positive',    '! not_a_number',   NULL),
    ('domain_empty',   'TEXT', '''''',                  'positive',    NULL,               'empty_as_null'),
    ('inet_address',   'TEXT', '''10.0.0.1''',          'inet',          '10.0.0.1/32',      NULL),
    ('inet_bad',       'TEXT', '''10.0.0.256''',        'inet',          '! refused_by_type', NULL),
    ('inet_number',    'INTEGER', '167772161',          'inet',          '! refused_by_type', NULL),
    ('cidr_host_bits', 'TEXT', '''192.168.1.5/24''',    'cidr',          '! refused_by_type', NULL),
    ('macaddr_plain',  'TEXT', '''AA-BB-CC-DD-EE-FF''', 'macaddr',       'aa:bb:cc:dd:ee:ff', NULL),
    ('oid_max',        'INTEGER', '4294967295',         'oid',           '4294967295',       NULL),
    ('oid_negative',   'TEXT', '''-1''',                'oid',           '! out_of_range',   NULL),
    ('bits_too_many',  'TEXT', '''1011''',              'bit(3)',        '! refused_by_type', NULL),
    ('range_bad',      'TEXT', '''[2,1]''',             'int4range',     '! refused_by_type', NULL);
INSERT INTO odd_values (name, declared, literal, target, outcome, rule, todo) VALUES
    ('array_scale',    'TEXT', '''{1.005}''',           'numeric(10,2)[]', '{1.01}',         'round_to_scale', 'the type''s input function rounds in silence'),
    ('array_blanks',   'TEXT', '''{abcde   }''',        'varchar(5)[]',  '{abcde}',          'blanks_cut', 'the type''s input function cuts in silence'),
    ('xid_negative',   'TEXT', '''-1''',                'xid',           '! out_of_range',   NULL, NULL),
    ('letter_half',    'TEXT', '''é''',                 '"char"',        '! too_long',       NULL, NULL),
    ('range_digits',   'TEXT', '''[2024-01-01 10:00:00.1234567,)''', 'tsrange', '["2024-01-01 10:00:00.123456",)', 'digits_cut',
     'the type''s input function rounds in silence'),
    ('letter_word',    'TEXT', '''abc''',               '"char"',        '! too_long',       NULL, NULL),
    ('range_now',      'TEXT', '''[now,infinity)''',    'tstzrange',     '! evaluated_word', NULL, NULL),
    ('range_order',    'TEXT', '''[01/02/2024,)''',     'daterange',     '! refused_by_type', NULL, NULL);
INSERT INTO odd_values (name, declared, literal, target, zone, outcome, rule, todo) VALUES
    ('range_zone',     'TEXT', '''[2024-07-01 12:00:00,)''', 'tstzrange', 'Europe/Berlin', '["2024-07-01 10:00:00+00",)', NULL,
     NULL);
UPDATE odd_values SET part = 'Other types' WHERE part IS NULL;

-- For rules that rewrite: paths of Plex, and blobs beside them.
CREATE TABLE media_parts (id INTEGER PRIMARY KEY, file TEXT, hash);
INSERT INTO media_parts VALUES
    (1, '/mnt/nas-plex/films/a.mkv', x'00ff'), (2, '/mnt/nas-plex/series/b.mkv', '00ff'),
    (3, '/srv/other/c.mkv', NULL), (4, NULL, x'');
COMMIT;

-- A table for each case. Its declaration and literal come from the list, so the shell reads what it has just written.
.mode list
.headers off
.once '|cat >"${TMPDIR:-/tmp}/odd_values.$PPID"'
SELECT 'CREATE TABLE "' || name || '" (v ' || declared || '); INSERT INTO "' || name || '" VALUES (' || literal || ');'
FROM odd_values;
BEGIN;
.read '|cat "${TMPDIR:-/tmp}/odd_values.$PPID" && rm "${TMPDIR:-/tmp}/odd_values.$PPID"'
COMMIT;
