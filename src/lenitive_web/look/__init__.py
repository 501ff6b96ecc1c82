"""The look of every page: the frame, the small pieces that rooms share, and how numbers become bars."""
