"""Voices of living people: consents, evidence, uses, purges, staff; and the triggers that refuse what no consent covers

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'

ENDS = "'refused','expired','withdrawn','revoked','invalidated','superseded'"

# What a new row of a consented voice must find: the consent of that voice, verified, now inside its term, whatever the
# clock of the machine was set to, and with the use in its scope.
COVERED = """EXISTS (
  SELECT 1 FROM consent k WHERE k.id = NEW.consent_id AND k.voice_id = NEW.voice_id AND k.state = 'verified'
  AND {latest}(COALESCE((SELECT high_water FROM clock WHERE id = 1), ''), NEW.{time}) >= k.not_before
  AND {latest}(COALESCE((SELECT high_water FROM clock WHERE id = 1), ''), NEW.{time}) < k.not_after{use})"""
USE = " AND k.uses LIKE '%,' || NEW.use || ',%'"
TAKE = """(NEW.consent_id IS NULL AND EXISTS (SELECT 1 FROM voice v WHERE v.id = NEW.voice_id))
  OR (NEW.consent_id IS NOT NULL AND NOT {covered})"""

# name, table, event, condition, message
RULES = (
    ("take_covered", "take", "INSERT", "take", "no consent covers this take"),
    ("take_change_covered", "take", "UPDATE", "take", "no consent covers this take"),
    ("voice_use_covered", "voice_use", "INSERT", "use", "no consent covers this use of the voice"),
    ("voice_use_kept", "voice_use", "UPDATE", "always", "what was done with a voice stays as recorded"),
    ("voice_use_not_deleted", "voice_use", "DELETE", "always", "what was done with a voice stays recorded"),
    ("consent_not_deleted", "consent", "DELETE", "always", "a consent record is never deleted"),
    ("consent_end_final", "consent", "UPDATE", f"OLD.state IN ({ENDS}) AND NEW.state <> OLD.state",
     "an ended consent stays ended"),
    # SQLite's INSERT OR REPLACE deletes without a word to the triggers of deletion.
    ("consent_not_replaced", "consent", "INSERT", "EXISTS (SELECT 1 FROM consent k WHERE k.id = NEW.id)",
     "a consent record is never replaced"),
    ("voice_use_not_replaced", "voice_use", "INSERT", "EXISTS (SELECT 1 FROM voice_use u WHERE u.id = NEW.id)",
     "what was done with a voice stays as recorded"),
    ("consent_event_not_replaced", "consent_event", "INSERT",
     "EXISTS (SELECT 1 FROM consent_event e WHERE e.ledger_seq = NEW.ledger_seq)", "events are append-only"),
    ("consent_event_not_deleted", "consent_event", "DELETE", "always", "events are append-only"),
    ("consent_event_kept", "consent_event", "UPDATE", "NEW.detail IS NOT NULL OR NEW.ledger_seq <> OLD.ledger_seq "
     "OR NEW.consent_id <> OLD.consent_id OR NEW.kind <> OLD.kind OR NEW.state <> OLD.state OR NEW.time <> OLD.time "
     "OR NEW.actor_role <> OLD.actor_role", "events are append-only; only their details can be erased"),
)


def condition(rule: str, latest: str) -> str:
    if rule == "always":
        return "TRUE"
    if rule == "use":
        return "NOT " + COVERED.format(latest=latest, time="at", use=USE)
    if rule == "take":
        return TAKE.format(covered=COVERED.format(latest=latest, time="created_at", use=""))
    return rule


def guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, table, event, rule, message in RULES:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition(rule, 'max')} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    for name, table, event, rule, message in RULES:
        done = "OLD" if event == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition(rule, 'GREATEST')} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {done}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def upgrade() -> None:
    op.create_table('staff',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.CheckConstraint("role IN ('producer','reviewer')", name=op.f('ck_staff_role')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_staff'))
    )
    op.create_table('voice',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('subject_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_skeleton', sa.String(), nullable=False),
    sa.Column('engine', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('data_sha256', sa.String(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice'))
    )
    with op.batch_alter_table('voice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voice_name_skeleton'), ['name_skeleton'], unique=False)
        batch_op.create_index(batch_op.f('ix_voice_subject_id'), ['subject_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('voice_id', sa.String(), nullable=False),
    sa.Column('subject_id', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('record', sa.JSON(), nullable=True),
    sa.Column('record_hash', sa.String(), nullable=False),
    sa.Column('salt', sa.String(), nullable=True),
    sa.Column('not_before', sa.String(), nullable=False),
    sa.Column('not_after', sa.String(), nullable=False),
    sa.Column('uses', sa.String(), nullable=False),
    sa.Column('used_seconds', sa.Double(), nullable=False),
    sa.Column('supersedes', sa.String(), nullable=True),
    sa.Column('superseded_by', sa.String(), nullable=True),
    sa.Column('owner_token_hash', sa.String(), nullable=True),
    sa.Column('ledger_seq', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.String(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.Column('last_interaction_at', sa.String(), nullable=False),
    sa.Column('retention_until', sa.String(), nullable=False),
    sa.Column('ended_at', sa.String(), nullable=True),
    sa.CheckConstraint("state IN ('draft','requested','given','verified','suspended','refused','expired','withdrawn','revoked','invalidated','superseded')", name=op.f('ck_consent_state')),
    sa.ForeignKeyConstraint(['voice_id'], ['voice.id'], name=op.f('fk_consent_voice_id_voice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('owner_token_hash', name=op.f('uq_consent_owner_token_hash'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_not_after'), ['not_after'], unique=False)
        batch_op.create_index(batch_op.f('ix_consent_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_consent_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consent_voice_id'), ['voice_id'], unique=False)

    op.create_table('approval',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('project_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('audio_key', sa.String(), nullable=False),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('requested_at', sa.String(), nullable=False),
    sa.Column('decided_at', sa.String(), nullable=True),
    sa.CheckConstraint("decision IN ('asked','approved','declined')", name=op.f('ck_approval_decision')),
    sa.CheckConstraint("kind IN ('project','final-audio')", name=op.f('ck_approval_kind')),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_approval_consent_id_consent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval'))
    )
    with op.batch_alter_table('approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approval_consent_id'), ['consent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_approval_project_id'), ['project_id'], unique=False)

    op.create_table('challenge',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('hashed', sa.JSON(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('notice_sha256', sa.String(), nullable=False),
    sa.Column('issued_at', sa.String(), nullable=False),
    sa.Column('expires_at', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_challenge_consent_id_consent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge'))
    )
    with op.batch_alter_table('challenge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_challenge_consent_id'), ['consent_id'], unique=False)

    op.create_table('consent_event',
    sa.Column('ledger_seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('time', sa.String(), nullable=False),
    sa.Column('actor_role', sa.String(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_consent_event_consent_id_consent')),
    sa.PrimaryKeyConstraint('ledger_seq', name=op.f('pk_consent_event'))
    )
    with op.batch_alter_table('consent_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_event_consent_id'), ['consent_id'], unique=False)

    op.create_table('purge',
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('destroyed', sa.JSON(), nullable=False),
    sa.Column('certificate', sa.JSON(), nullable=True),
    sa.Column('started_at', sa.String(), nullable=False),
    sa.Column('finished_at', sa.String(), nullable=True),
    sa.CheckConstraint("state IN ('pending','done')", name=op.f('ck_purge_state')),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_purge_consent_id_consent')),
    sa.PrimaryKeyConstraint('consent_id', name=op.f('pk_purge'))
    )
    op.create_table('voice_asset',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('sha256_plain', sa.String(), nullable=False),
    sa.Column('sha256_cipher', sa.String(), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('duration_s', sa.Double(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.Column('destroyed_at', sa.String(), nullable=True),
    sa.CheckConstraint("kind IN ('reference','voiceprint','statement','document','latents')", name=op.f('ck_voice_asset_kind')),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_voice_asset_consent_id_consent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_asset'))
    )
    with op.batch_alter_table('voice_asset', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voice_asset_consent_id'), ['consent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_voice_asset_sha256_plain'), ['sha256_plain'], unique=False)

    op.create_table('voice_use',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('voice_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('project_id', sa.String(), nullable=False),
    sa.Column('use', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('seconds', sa.Double(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('take','master','delivery')", name=op.f('ck_voice_use_kind')),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_voice_use_consent_id_consent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_voice_use'))
    )
    with op.batch_alter_table('voice_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_voice_use_consent_id'), ['consent_id'], unique=False)
        batch_op.create_index('ix_voice_use_consent_kind', ['consent_id', 'kind'], unique=False)
        batch_op.create_index(batch_op.f('ix_voice_use_item'), ['item'], unique=False)
        batch_op.create_index(batch_op.f('ix_voice_use_project_id'), ['project_id'], unique=False)

    op.create_table('statement',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('challenge_id', sa.String(), nullable=False),
    sa.Column('asset_id', sa.String(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.CheckConstraint("outcome IN ('pass','review','refuse')", name=op.f('ck_statement_outcome')),
    sa.ForeignKeyConstraint(['asset_id'], ['voice_asset.id'], name=op.f('fk_statement_asset_id_voice_asset')),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_statement_challenge_id_challenge')),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_statement_consent_id_consent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement'))
    )
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_consent_id'), ['consent_id'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('consent_id', sa.String(), nullable=False),
    sa.Column('statement_id', sa.String(), nullable=True),
    sa.Column('reviewer', sa.String(), nullable=True),
    sa.Column('decision', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.CheckConstraint("decision IN ('approve','refuse')", name=op.f('ck_review_decision')),
    sa.ForeignKeyConstraint(['consent_id'], ['consent.id'], name=op.f('fk_review_consent_id_consent')),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk_review_statement_id_statement')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_consent_id'), ['consent_id'], unique=False)

    with op.batch_alter_table('project', schema=None) as batch_op:
        batch_op.add_column(sa.Column('use', sa.String(), server_default='audiobook', nullable=False))
        batch_op.add_column(sa.Column('content', sa.JSON(), server_default='[]', nullable=False))

    with op.batch_alter_table('take', schema=None) as batch_op:
        batch_op.add_column(sa.Column('consent_id', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_take_consent_id'), ['consent_id'], unique=False)
    guard()
