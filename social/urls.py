"""Every address the server answers."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView, TemplateView

from accounts.admin import change_password_by_the_api
from schema.exports import export_endpoint
from schema.http import graphql_endpoint
from social.health import healthz, readyz
from social.metrics import metrics

urlpatterns = [
    path("", RedirectView.as_view(url="/graphql/")),
    path("favicon.ico", RedirectView.as_view(url="/static/graphiql/favicon.svg")),
    path("graphql", graphql_endpoint),
    path("graphql/", graphql_endpoint, name="graphql"),
    path("account/", TemplateView.as_view(template_name="schema/account.html"), name="account"),
    path("exports/<str:export_id>", export_endpoint, name="export"),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("admin/password_change/", admin.site.admin_view(change_password_by_the_api)),
    path("admin/", admin.site.urls),
]
