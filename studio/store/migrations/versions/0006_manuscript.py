"""Speakers and skipped segments, suggestions, edits that can be undone, lexicons, the cast of a series

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    op.create_table('suggestion',
    sa.Column('segment_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('confidence', sa.Double(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('declined', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('role','delivery')", name=op.f('ck_suggestion_kind')),
    sa.ForeignKeyConstraint(['segment_id'], ['segment.id'], name=op.f('fk_suggestion_segment_id_segment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('segment_id', 'kind', 'value', name=op.f('pk_suggestion'))
    )
    op.create_table('edit',
    sa.Column('project_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('before', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('after', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('undone', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_edit_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('project_id', 'number', name=op.f('pk_edit'))
    )
    op.create_table('lexicon_entry',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('project_id', sa.String(), nullable=True),
    sa.Column('voice_id', sa.String(), nullable=True),
    sa.Column('written', sa.String(), nullable=False),
    sa.Column('notation', sa.String(), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('exact_case', sa.Boolean(), nullable=False),
    sa.Column('part_of_speech', sa.String(), nullable=False),
    sa.Column('beside', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.CheckConstraint(
        "(scope = 'studio' AND project_id IS NULL AND voice_id IS NULL)"
        " OR (scope = 'book' AND project_id IS NOT NULL AND voice_id IS NULL)"
        " OR (scope = 'voice' AND project_id IS NULL AND voice_id IS NOT NULL)",
        name=op.f('ck_lexicon_entry_scope')
    ),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_lexicon_entry_project_id_project'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lexicon_entry'))
    )
    op.create_index(op.f('ix_lexicon_entry_project_id'), 'lexicon_entry', ['project_id'], unique=False)
    op.create_index(op.f('ix_lexicon_entry_voice_id'), 'lexicon_entry', ['voice_id'], unique=False)
    op.create_table('series_role',
    sa.Column('series', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('voice_id', sa.String(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'role', name=op.f('pk_series_role'))
    )
    op.add_column('project', sa.Column('spoken_off', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('project', sa.Column('series', sa.String(), server_default='', nullable=False))
    op.add_column('segment', sa.Column('skipped', sa.Boolean(), server_default='0', nullable=False))
    op.add_column('segment', sa.Column('speaker', sa.String(), server_default='', nullable=False))
    op.add_column('segment', sa.Column('speaker_confidence', sa.Double(), server_default='1', nullable=False))
    op.add_column('segment', sa.Column('speaker_reason', sa.String(), server_default='', nullable=False))
