"""Finding a patient, and the frame of the page about one: who it is, what must not be overlooked, the stages."""
