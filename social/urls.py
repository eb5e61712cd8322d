"""Every address the server answers."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from schema.http import graphql_endpoint
from social.health import healthz, readyz

urlpatterns = [
    path("", RedirectView.as_view(url="/graphql/")),
    path("graphql", graphql_endpoint),
    path("graphql/", graphql_endpoint, name="graphql"),
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
]
