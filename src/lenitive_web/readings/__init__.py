"""How a practice reads the points that policies leave open; every answer of the clinic follows its readings."""
