"""Worlds that make their own sequences: the Lantern room, moving digits, recall tasks. Pure torch, on the fly; the data
sets of the same names (`../datasets`) hand their frames and truths to a training.
"""
