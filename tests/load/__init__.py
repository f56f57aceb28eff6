"""Many visitors at once on a shared page, on loopback: `make load`, or `python -m tests.load --visitors 50 --waves 2`.

`visit.py` is one of them, `host.py` the page and what is measured of it, `report.py` what comes of it.
"""
