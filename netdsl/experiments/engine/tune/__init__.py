"""Runs that Ray Tune starts, on this machine or on several; of netdsl, only these files import Ray."""
