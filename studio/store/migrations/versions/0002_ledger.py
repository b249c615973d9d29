"""The ledger: events, tree nodes, signed heads, keys, clock, and the triggers that keep them append-only

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')

# Inserts are looked at as well, since SQLite's INSERT OR REPLACE deletes a row without asking its DELETE trigger.
# A trigger: (name, table, event, condition under which it refuses, message). Subqueries are not allowed in a WHEN
# clause of PostgreSQL, so that there the condition is tested inside a function.
REFUSALS = (
    ('event_kept', 'ledger_event', 'UPDATE', 'TRUE', 'the ledger is append-only'),
    ('event_stays', 'ledger_event', 'DELETE', 'TRUE', 'the ledger is append-only'),
    ('head_kept', 'tree_head', 'UPDATE', 'TRUE', 'signed heads are append-only'),
    ('head_stays', 'tree_head', 'DELETE', 'TRUE', 'signed heads are append-only'),
    (
        'head_fits', 'tree_head', 'INSERT',
        'NEW.size <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM ledger_event)'
        ' OR EXISTS (SELECT 1 FROM tree_head WHERE size = NEW.size)',
        'a head is signed for the whole ledger',
    ),
    (
        'key_kept', 'ledger_key', 'UPDATE',
        'NEW.key_id <> OLD.key_id OR NEW.public_key <> OLD.public_key OR NEW.created_at <> OLD.created_at'
        ' OR {endorsed_by} OR {endorsement} OR OLD.retired_at IS NOT NULL',
        'a ledger key can only be retired',
    ),
    (
        'key_new', 'ledger_key', 'INSERT', 'EXISTS (SELECT 1 FROM ledger_key WHERE key_id = NEW.key_id)',
        'a ledger key can only be retired',
    ),
    ('key_stays', 'ledger_key', 'DELETE', 'TRUE', 'ledger keys are kept'),
    ('clock_once', 'clock', 'INSERT', 'EXISTS (SELECT 1 FROM clock)', 'there is one clock'),
    ('clock_forward', 'clock', 'UPDATE', '{older}', 'the clock went back'),
    ('clock_stays', 'clock', 'DELETE', 'TRUE', 'the clock is kept'),
)
CHAIN = """
NEW.seq <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM ledger_event)
OR NEW.prev <> COALESCE((SELECT hash FROM ledger_event ORDER BY seq DESC LIMIT 1), {zero})
"""
WORDS = {
    'sqlite': {
        'endorsed_by': 'NEW.endorsed_by IS NOT OLD.endorsed_by',
        'endorsement': 'NEW.endorsement IS NOT OLD.endorsement',
        'older': 'NEW.high_water < OLD.high_water',
        'zero': 'zeroblob(32)',
    },
    'postgresql': {
        'endorsed_by': 'NEW.endorsed_by IS DISTINCT FROM OLD.endorsed_by',
        'endorsement': 'NEW.endorsement IS DISTINCT FROM OLD.endorsement',
        'older': 'NEW.high_water COLLATE "C" < OLD.high_water COLLATE "C"',
        'zero': "decode(repeat('00', 32), 'hex')",
    },
}


def refuse(dialect: str, name: str, table: str, event: str, condition: str, message: str) -> None:
    condition = condition.format(**WORDS[dialect])
    if dialect == 'sqlite':
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    given = 'OLD' if event == 'DELETE' else 'NEW'
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {given}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def upgrade() -> None:
    op.create_table('clock',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('high_water', sa.String(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_clock_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock'))
    )
    op.create_table('ledger_event',
    sa.Column('seq', BIG, autoincrement=False, nullable=False),
    sa.Column('consent_id', sa.String(), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('prev', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_ledger_event')),
    sa.UniqueConstraint('hash', name=op.f('uq_ledger_event_hash'))
    )
    op.create_index('ix_ledger_event_consent_id', 'ledger_event', ['consent_id', 'seq'], unique=False)
    op.create_table('ledger_key',
    sa.Column('key_id', sa.String(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.Column('retired_at', sa.String(), nullable=True),
    sa.Column('endorsed_by', sa.String(), nullable=True),
    sa.Column('endorsement', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('key_id', name=op.f('pk_ledger_key'))
    )
    op.create_table('ledger_node',
    sa.Column('level', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('position', BIG, autoincrement=False, nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'position', name=op.f('pk_ledger_node')),
    sqlite_with_rowid=False
    )
    op.create_table('tree_head',
    sa.Column('size', BIG, autoincrement=False, nullable=False),
    sa.Column('root', sa.LargeBinary(), nullable=False),
    sa.Column('time', sa.String(), nullable=False),
    sa.Column('key_id', sa.String(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('size', name=op.f('pk_tree_head'))
    )
    op.execute("INSERT INTO clock (id, high_water) VALUES (1, '1970-01-01T00:00:00.000000+00:00')")
    dialect = op.get_bind().dialect.name
    for refusal in (*REFUSALS, ('event_chained', 'ledger_event', 'INSERT', CHAIN, 'the chain is broken')):
        refuse(dialect, *refusal)
