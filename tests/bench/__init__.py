"""Measure the operations, publishing and the sweep, and plain grapple beside them: `make bench`.

    __main__        the order of things: one process for each step, then the report
    databases       an empty database for each run, dropped afterwards
    world           the content, the same in every run; `bulk` writes its pages, `bodies` their texts
    operations      what frontends really send, answered by us
    comparison      five questions that plain grapple can answer too, answered by us
    plain_grapple   the same five, answered by grapple's own schema
    publishing      what publishing, sweeping, hiding and showing cost
    measure         how time and statements are counted
    report          the numbers as Markdown

Nothing here is a test: no number makes a build fail.
"""
