"""Data: digits, videos, image sequences, uploads. Everything streams; PyAV is only imported when a video is opened."""
