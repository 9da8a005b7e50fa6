"""Addresses of creators."""

from django.urls import URLPattern, URLResolver, path

from creators import views

app_name = "creators"
urlpatterns: list[URLPattern | URLResolver] = [
    path("creators/", views.creator_list, name="list"),
    path("creators/<slug:slug>/", views.public_profile, name="profile"),
    path("creators/<slug:slug>/photo/<str:name>", views.photo, name="photo"),
    path("profile/", views.edit_profile, name="edit"),
    path("profile/publish/", views.publish_profile, name="publish"),
    path("profile/hide/", views.hide_profile, name="hide"),
    path("profile/films/<uuid:pk>/up/", views.move_film_up, name="move_film_up"),
    path("profile/channels/", views.channel_list, name="channels"),
    path("profile/channels/<uuid:pk>/withdraw/", views.withdraw_channel, name="withdraw_channel"),
    path("profile/channels/<uuid:pk>/restore/", views.restore_channel, name="restore_channel"),
]
