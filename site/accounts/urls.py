"""Addresses of accounts; allauth's follow them, so a path here takes the place of allauth's."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("video-quality/", views.keep_video_quality, name="video_quality"),
    path("settings/", views.edit_settings, name="settings"),
    path("sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("password/change/", views.new_password, name="new_password"),
    path("password/set/", views.new_password, name="set_password"),
]
