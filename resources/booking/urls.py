"""The address of the message for whoever watches over a booking."""

from django.urls import path

from resources.booking import views

app_name = "booking"

urlpatterns = [path("", views.message, name="message")]
