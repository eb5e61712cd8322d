import collections
from hypothesis import given, strategies as st
from tests.schema.test_statement_bound import *
from tests.schema.test_statement_bound import statements
seen=collections.Counter()
@examples(150)
@given(size=sizes(), data=st.data())
def test_a(ann,size,data):
    with rolled_back():
        w=Writer(data.draw, build_world(size), whole=False); q=w.query()
        n=statements(ann.api,q)
        seen[(n, w.named, n-3-2*w.named)]+=1
def test_z():
    print(sorted(seen.items(), key=lambda x:-x[0][2])[:10]); print(max(k[0] for k in seen), max(k[1] for k in seen))
