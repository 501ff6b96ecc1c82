"""What every form says when it cannot take something: what is wrong, and what to write instead.

Django's own sentences ("Ensure this value is less than or equal to 100") speak to who writes programs. They give way
here once for all forms, those of signing in too; a field that knows better says so in its ``error_messages``.
"""

from __future__ import annotations

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHOOSE_AGAIN = _("What was chosen is not on the list. Choose again.")
UNREADABLE = _("There is a character in it that nobody can read. Type it anew.")
NOT_A_DAY = _("This is not a day of the calendar. Write its day, month and year.")
PLAIN: dict[type[forms.Field], dict[str, str | Promise]] = {
    forms.Field: {
        "required": _("This is still empty. Fill it in."),
        "min_value": _("This is too little: write %(limit_value)g or more."),
        "max_value": _("This is too much: write %(limit_value)g or less."),
        "min_length": _("This is too short: write %(limit_value)d characters or more."),
        "max_length": _("This is too long: these are %(show_value)d characters, and %(limit_value)d fit in."),
        "null_characters_not_allowed": UNREADABLE,
    },
    forms.BooleanField: {"required": _("This is not ticked yet. Tick it once it holds.")},
    forms.ChoiceField: {"required": _("Nothing is chosen yet. Choose one."), "invalid_choice": CHOOSE_AGAIN},
    forms.MultipleChoiceField: {
        "required": _("Nothing is chosen yet. Choose at least one."),
        "invalid_choice": CHOOSE_AGAIN,
        "invalid_list": CHOOSE_AGAIN,
    },
    forms.ModelChoiceField: {"required": _("Nothing is chosen yet. Choose one."), "invalid_choice": CHOOSE_AGAIN},
    forms.IntegerField: {"invalid": _("Write a whole number in digits, as 3.")},
    forms.FloatField: {"invalid": _("Write a number in digits, as 2.5.")},
    forms.DateField: {
        "required": _("The day is missing. Write its day, month and year."),
        "invalid": NOT_A_DAY,
    },
    forms.TimeField: {
        "required": _("The time is missing. Write hours and minutes, as 08:30."),
        "invalid": _("This is not a time of the day. Write hours and minutes, as 08:30."),
    },
    forms.EmailField: {"invalid": _("This is not an e-mail address. Write it as name@clinic.example.")},
    forms.URLField: {"invalid": _("This is not an address on the web. Write it as https://payer.example/portal.")},
    forms.FileField: {
        "required": _("No file is chosen yet. Choose one."),
        "invalid": _("The file did not arrive. Choose it again."),
        "missing": _("The file did not arrive. Choose it again."),
        "empty": _("There is nothing in this file. Choose another."),
        "max_length": _("The name of the file is too long. Give it a shorter one, and choose it again."),
    },
}
"""By the kind of field, what it says by the code of what is wrong."""


def speak_plainly() -> None:
    """Let every field of every form say these sentences. A field takes those of its own kind before those above it."""
    for kind, said in PLAIN.items():
        kind.default_error_messages = {**vars(kind).get("default_error_messages", {}), **said}
    ProhibitNullCharactersValidator.message = UNREADABLE  # lists of rows ask it without their own messages
