"""What a WSGI server loads: `gunicorn wsgi:app`."""

from kbwizard.app import create_app

app = create_app()
