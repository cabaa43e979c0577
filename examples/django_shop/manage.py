"""A shop in Django that records its orders in Lunogram.

python manage.py migrate
python manage.py test
python manage.py runserver
python manage.py lunogram_relay
"""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
