"""The addresses of signing in and of one's own account; those of allauth's views have the names that it asks for."""

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.conf import settings
from django.urls import path, re_path

from poise.web.account_pages import show_account, show_joining
from poise.web.problems import when_unavailable
from poise.web.sign_in import ask_for_password, form, reading, sign_in, sign_out
from poise.web.sign_in_elsewhere import begin_elsewhere, come_back

PROVIDER = {"provider_id": settings.OIDC_KEY}
RESET = r"^sign-in/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[\w-]+)/$"

coming_in = [
    path("sign-in/", when_unavailable(sign_in), name="sign_in"),
    path("sign-in/", when_unavailable(sign_in), name="account_login"),
    path("sign-out/", when_unavailable(sign_out), name="sign_out"),
    path("sign-in/code/", form(second_step.authenticate), name="mfa_authenticate"),
    path("sign-in/closed/", reading(account.account_inactive), name="account_inactive"),
    path("sign-in/with/", when_unavailable(begin_elsewhere), PROVIDER, name="openid_connect_login"),
    path("sign-in/with/back/", when_unavailable(come_back), PROVIDER, name="openid_connect_callback"),
    path("sign-in/forgotten/", form(ask_for_password), name="account_reset_password"),
    path("sign-in/forgotten/sent/", reading(account.password_reset_done), name="account_reset_password_done"),
    path(
        "sign-in/forgotten/done/",
        reading(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(RESET, form(account.password_reset_from_key), name="account_reset_password_from_key"),
    path("join/<str:token>/", when_unavailable(show_joining), name="join"),
]
own_account = [
    path("account/", when_unavailable(show_account), name="account"),
    path("account/", when_unavailable(show_account), name="mfa_index"),
    path("account/password/", form(account.password_change), name="account_change_password"),
    path("account/password/first/", form(account.password_set), name="account_set_password"),
    path("account/again/", form(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code/", form(second_step.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-step/", form(totp.activate_totp), name="mfa_activate_totp"),
    path("account/second-step/off/", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/codes/", reading(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/codes/new/", form(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/codes/file/", reading(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("account/sign-ins/", form(sessions.list_usersessions), name="usersessions_list"),
]
