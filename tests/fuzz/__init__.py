"""Mutated inputs of every kind against everything that reads them.

    make fuzz SECONDS=600 SEED=7        # until the time is up; prints what breaks the rule, its seed and number
    pytest tests/fuzz                   # a few thousand inputs from fixed seeds, and every finding so far as a test

The rule: an input either works, or is refused by one ValueError of one short sentence. No other exception, no dead
process, nothing left in the temporary folder, bounded time and memory. `seeds.py` makes whole inputs, `mutations.py`
breaks them, `targets.py` reads them, `workers.py` does that in a process that may die.
"""
