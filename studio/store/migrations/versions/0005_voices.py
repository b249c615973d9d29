"""Imported voices and favourites, deliveries of reference clips, licences of takes, work on voices, re-voiced guides

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    op.create_table('library_voice',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('engine', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('sex', sa.String(), nullable=False),
    sa.Column('licence', sa.String(), nullable=False),
    sa.Column('licensor', sa.String(), nullable=False),
    sa.Column('licence_url', sa.String(), nullable=False),
    sa.Column('commercial', sa.Boolean(), nullable=False),
    sa.Column('attribution', sa.String(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('data_sha256', sa.String(), nullable=False),
    sa.Column('pitch_hz', sa.Double(), nullable=False),
    sa.Column('declared', sa.String(), nullable=False),
    sa.Column('added_by', sa.String(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_library_voice'))
    )
    op.create_table('favourite_voice',
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('voice_id', sa.String(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('person', 'voice_id', name=op.f('pk_favourite_voice'))
    )
    # Not in a batch: SQLite's copy of a table would lose its triggers.
    op.add_column('voice_asset', sa.Column('delivery', sa.String(), server_default='neutral', nullable=False))
    op.add_column('voice_asset', sa.Column('transcript', sa.String(), server_default='', nullable=False))
    op.add_column('take', sa.Column('licences', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('project', sa.Column('commercial', sa.Boolean(), server_default='1', nullable=False))
    op.add_column('guide', sa.Column('mode', sa.String(), server_default='follow', nullable=False))
    op.add_column('guide', sa.Column('engine', sa.String(), server_default='', nullable=False))
    with op.batch_alter_table('job', schema=None) as batch_op:  # it has no triggers
        batch_op.alter_column('project_id', existing_type=sa.String(), nullable=True)
        batch_op.add_column(sa.Column('voice_id', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_job_voice_id'), ['voice_id'], unique=False)
