"""Signing in: by administrators' invitation only, and what a person does to the own keys stands in the change log."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kehu.core import changes
from kehu.core.actions import people
from kehu.core.models import User


class ClosedSignup(DefaultAccountAdapter):
    """People are added by an administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        return None if user is not None and user.deleted_at is not None else user

    def set_password(self, user: Any, password: str) -> None:
        person = User.objects.get(pk=user.pk)
        people.set_password(user=person, password=password, by=person)
        user.password = person.password  # the session stays with the new one

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return redirect("account_login")


@receiver(authenticator_added, dispatch_uid="log_second_step")
def log_second_step(user: User, authenticator: Authenticator, **rest: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        _log(user, verb="second_step_on")


@receiver(authenticator_removed, dispatch_uid="log_second_step_gone")
def log_second_step_gone(user: User, authenticator: Authenticator, **rest: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        _log(user, verb="second_step_off")


@receiver(authenticator_reset, dispatch_uid="log_new_codes")
def log_new_codes(user: User, **rest: Any) -> None:
    _log(user, verb="recovery_codes")


def _log(user: User, *, verb: str) -> None:
    """Nothing of a key is kept but that it was there."""
    person = User.everything.get(pk=user.pk)
    changes.log(object_type="user", object_id=person.pk, by=person, verb=verb, before={}, after={})
