"""The check engine: declared comparisons between figures. Pure.

A check flags a figure as in doubt. It never edits, refuses or holds back anything; a missing operand is `unknown`,
which is neither fine nor wrong. One module per family of kinds; `evaluation` chooses among them, `sites` says where.
"""
