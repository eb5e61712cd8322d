"""Every address the server answers."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from accounts.admin import change_password_by_the_api
from schema.http import graphql_endpoint
from social.health import healthz, readyz

urlpatterns = [
    path("", RedirectView.as_view(url="/graphql/")),
    path("graphql", graphql_endpoint),
    path("graphql/", graphql_endpoint, name="graphql"),
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/password_change/", admin.site.admin_view(change_password_by_the_api)),
    path("admin/", admin.site.urls),
]
