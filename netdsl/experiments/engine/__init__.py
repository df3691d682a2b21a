"""Where and how the runs of a sweep are trained: in this process, or in several."""
