"""Durable training jobs."""
