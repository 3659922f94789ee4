"""Columns whose names say that they hold what nobody else may read."""

from __future__ import annotations

from collections.abc import Iterable

_SECRETS = """
    access_token activation_key api_key api_secret apikey auth_code auth_key auth_token backup_code
    bearer_token client_secret device_uuid encrypted_password encryption_key gpg_key
    hashed_password jwt license_key mfa_secret oauth_token otp otp_secret passphrase passwd
    password password_digest password_hash password_salt pgp_key pin_code private_key pwd
    recovery_code refresh_token secret secret_key service_role_key session_key session_secret
    session_token ssh_key token totp_secret two_factor verification_code webhook_secret
"""
_PERSONAL = """
    aadhaar aadhaar_number bank_account card_number credit_card credit_card_number cvc cvn cvv
    date_of_birth diagnosis dob driver_license drivers_license facial_recognition health_insurance
    health_record iban insurance_number medical_insurance medical_record national_id pan_number
    passport_id passport_number social_security social_security_number ssn tax_id
"""
_PERHAPS = """
    account_number bic certificate imei license_number mac_address macaddr patient_id
    routing_number session_id swift_code treatment
"""
_SURE = frozenset(_SECRETS.split()) | frozenset(_PERSONAL.split())
_NAMES = _SURE | frozenset(_PERHAPS.split())


def sensitive(columns: Iterable[str]) -> list[str]:
    """Return those of the columns that hold secrets or personal numbers, by their names."""
    return [name for name in columns if _plain(name) in _NAMES]


def is_sure(columns: Iterable[str]) -> bool:
    """Whether one of the names can hardly mean anything else."""
    return any(_plain(name) in _SURE for name in columns)


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")
