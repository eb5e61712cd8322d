"""Fields that are declared, not written out: batched, keyset-paged, and ignorant of what they serve.

Nothing here knows a user or a post. A type says where each of its fields comes from (a column, a key to
another type, a fact about many rows at once, a connection over a named set); this package resolves them.
"""
