"""What happens to a running page when something breaks under it: what is said, what is kept, and how long it takes.

    make faults                          # all of them, one table; ONLY="noise two" chooses by words in their names

Every fault meets a real page with a home of its own, with a clip explored and, where it matters, a training under way.
`scene.py` is the page, `faults.py` the faults, `clock.py` sets the clock of a process. Nothing needs root.
"""
