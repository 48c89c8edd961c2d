"""Measure the endpoint over HTTP: `python -m tests.bench.http`.

    __main__    the order of things: databases, servers, rounds, then the report
    questions   what is asked, cold and cached
    requests    requests as bytes, with a place for what makes each of them another one
    servers     the product's server, plain grapple, a constant Django view, and nginx
    rounds      what is measured in turn, and medians over the rounds
    load        the load generator: wrk with `wrk.lua`, or `sockets` where wrk is missing
    growing     100,000 items in place of 2,000
    visible     how long after a commit the endpoint answers with what was published
    profiled    where the time of one question goes
    report      numbers and bars as Markdown; `plot` draws them

Servers listen on loopback, end by themselves, and are stopped by their process ids. No number makes a
build fail.
"""
