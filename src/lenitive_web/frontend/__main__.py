"""``python -m lenitive_web.frontend``: collect the files of the look."""

from lenitive_web.frontend.collect import main

main()
