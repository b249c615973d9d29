"""How lines are delivered: of segments and takes, with word times; guide recordings; text of segments takes tags

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'

segment = sa.table('segment', sa.column('id', sa.String()), sa.column('text', sa.String()))


def upgrade() -> None:
    # Not in a batch: SQLite's copy of a table would lose its triggers.
    op.add_column('segment', sa.Column('delivery', sa.String(), server_default='neutral', nullable=False))
    op.add_column('segment', sa.Column('rest_s', sa.Double(), nullable=True))
    op.add_column('segment', sa.Column('seed', sa.Integer(), server_default='0', nullable=False))
    op.add_column('take', sa.Column('delivery', sa.String(), server_default='neutral', nullable=False))
    op.add_column('take', sa.Column('methods', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('take', sa.Column('notes', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('take', sa.Column('words', sa.JSON(), server_default='[]', nullable=False))
    op.create_table('guide',
    sa.Column('segment_id', sa.String(), nullable=False),
    sa.Column('blob_sha256', sa.String(), nullable=False),
    sa.Column('spoken', sa.String(), nullable=False),
    sa.Column('heard', sa.String(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('pitch_st', sa.JSON(), nullable=False),
    sa.Column('level_db', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['segment_id'], ['segment.id'], name=op.f('fk_guide_segment_id_segment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('segment_id', name=op.f('pk_guide'))
    )
    escape_brackets()


def escape_brackets() -> None:
    """What was a bracket in a book stays one: from now on an unescaped bracket begins a tag."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(segment)).all():
        text = row.text.replace('\\', '\\\\').replace('[', '\\[').replace(']', '\\]').replace('{', '\\{')
        if text != row.text:
            connection.execute(segment.update().where(segment.c.id == row.id).values(text=text))
