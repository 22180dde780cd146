"""Addresses of what lies beside the texts on the translators' desk: files, glossary, remarks."""

from django.urls import path

from resources.translation import po_views
from safety_app.privacy import addresses

addresses.register()

urlpatterns = [
    path("<slug:language>/<int:number>/po/", po_views.po, name="po"),
    path("<slug:language>/<int:number>/po/file/", po_views.po_file, name="po_file"),
]
