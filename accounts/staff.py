"""How staff get into the admin: by its own form, under the same limits as everybody."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from accounts.actions.sessions import sign_in_staff
from accounts.devices import Device, device_of
from accounts.failures import Throttled, ValidationFailure


class StaffSignIn(AdminAuthenticationForm):
    """Django's own form, but each attempt is counted and noted as one by the API is."""

    def clean(self) -> dict[str, Any]:
        """Raises: ValidationError."""
        if self.errors:  # nothing was typed: that is no attempt
            return self.cleaned_data
        device = device_of(self.request) if self.request else Device()
        given = {name: self.cleaned_data[name] for name in ("username", "password")}
        try:
            self.user_cache = sign_in_staff(**given, device=device)
        except ValidationFailure:
            raise self.get_invalid_login_error() from None
        except Throttled as throttled:
            raise ValidationError(str(throttled)) from None
        return self.cleaned_data
