"""Data sets: where training and test windows come from, a class in every file; `base.py` has the contract.

digits, digits-drift and ucf are known by name; whatever else `data` says is the path of a folder (`folder.py`).
"""
