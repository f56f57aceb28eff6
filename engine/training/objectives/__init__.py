"""Objectives: what a training brings down and what its charts show, a class in every file; `base.py` has the contract.

pixels    the frames themselves, as every level's memories give them back
latents   the paper's pair loss, in the space of the states, for local stages
codes     a student's one-step regression on its teacher's codes
"""
