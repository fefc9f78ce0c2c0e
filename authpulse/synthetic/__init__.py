"""Synthetic authentication logs of any size: LANL's shape, from a seed.

The background is made up; docs/reference/synthetic-logs.md says what it is calibrated on and how close it comes.

    dice, logons        random numbers that stay the same; one logon
    hosts, network      who is there and what each account usually does
    rhythm, traffic     when, and the endless background that comes of it
    shapes              how a logon is written in each format
    campaign, redteam   what is planted
    planting            background and planted rows in one log, in blocks
    generating, files   a request in, files out; `python -m authpulse.synthetic` is `authpulse generate`
    census              a log counted, beside the published counts
    sample              data/sample
"""
