"""Archives of people's data, handed to their owners."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from accounts.devices import device_of
from content.actions.exports import fetch_archive
from content.models import DataExport, DataExportStatus
from schema.callers import caller_of, challenge
from schema.engine.ids import encode_id
from schema.keys import key_of


def export_url(export: DataExport) -> str | None:
    """Where an archive can be fetched; None while it cannot."""
    if export.status != DataExportStatus.READY:
        return None
    return str(settings.APP_URL) + reverse("export", args=[encode_id("DataExport", export.pk)])


@csrf_exempt  # it knows no cookie; and another method is to be told which it may be
@require_GET
def export_endpoint(request: HttpRequest, export_id: str) -> HttpResponseBase:
    """Answer with an archive: to its owner, who says so as for GraphQL; to everybody else it is not there."""
    caller = caller_of(request)
    if caller.session is None:
        headers = challenge(caller.fault)
        return JsonResponse({"error": "Send your access token."}, status=401, headers=headers)
    file = fetch_archive(
        user=caller.session.user, export_id=key_of("DataExport", export_id), device=device_of(request)
    )
    if file is None:
        raise Http404
    return FileResponse(file, as_attachment=True, filename="my-data.zip", content_type="application/zip")
