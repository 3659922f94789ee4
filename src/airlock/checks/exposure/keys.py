"""Keys of services and private keys, by the shapes that their makers gave them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airlock.checks.exposure.found import Kind, Span, entropy
from airlock.model.finding import Level

_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("AKIA", r"AKIA[A-Z2-7]{16}", "a key of AWS"),
    ("ASIA", r"ASIA[A-Z2-7]{16}", "a key of AWS"),
    ("sk_live_", r"sk_live_[0-9A-Za-z]{16,}", "a live key of Stripe"),
    ("rk_live_", r"rk_live_[0-9A-Za-z]{16,}", "a live key of Stripe"),
    ("sk_test_", r"sk_test_[0-9A-Za-z]{16,}", "a test key of Stripe"),
    ("whsec_", r"whsec_[0-9A-Za-z+/=_-]{20,}", "the secret of a webhook"),
    ("ghp_", r"ghp_[0-9A-Za-z]{30,}", "a token of GitHub"),
    ("gho_", r"gho_[0-9A-Za-z]{30,}", "a token of GitHub"),
    ("ghu_", r"ghu_[0-9A-Za-z]{30,}", "a token of GitHub"),
    ("ghs_", r"ghs_[0-9A-Za-z]{30,}", "a token of GitHub"),
    ("github_pat_", r"github_pat_\w{40,}", "a token of GitHub"),
    ("glpat-", r"glpat-[\w-]{20,}", "a token of GitLab"),
    ("xox", r"xox[abeprs]-[0-9A-Za-z-]{16,}", "a token of Slack"),
    ("xapp-", r"xapp-\d-[0-9A-Za-z-]{16,}", "a token of Slack"),
    ("sk-ant-", r"sk-ant-[\w-]{24,}", "a key of Anthropic"),
    ("sk-", r"sk-(?!ant-)(?:proj-|svcacct-|admin-)?[\w-]{20,}", "a key of OpenAI"),
    ("AIza", r"AIza[\w-]{35}", "a key of Google"),
    ("ya29.", r"ya29\.[\w-]{20,}", "a token of Google"),
    ("GOCSPX-", r"GOCSPX-[\w-]{20,}", "a client's secret of Google"),
    ("SK", r"SK[0-9a-f]{32}", "a key of Twilio"),
    ("SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}", "a key of SendGrid"),
    ("sb_secret_", r"sb_secret_[\w-]{20,}", "a secret key of Supabase"),
    ("sbp_", r"sbp_(?:v\d_|oauth_)?[0-9a-f]{40}", "an access token of Supabase"),
    ("re_", r"re_[0-9A-Za-z]{8}_[0-9A-Za-z]{20,}", "a key of Resend"),
    ("key-", r"key-[0-9a-f]{32}", "a key of Mailgun"),
    ("hf_", r"hf_[A-Za-z]{30,}", "a token of Hugging Face"),
    ("npm_", r"npm_[0-9A-Za-z]{36}", "a token of npm"),
    ("pypi-", r"pypi-AgE[\w-]{50,}", "a token of PyPI"),
    ("dop_v1_", r"dop_v1_[0-9a-f]{64}", "a token of DigitalOcean"),
    ("shpat_", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}", "a token of Shopify"),
    ("rzp_live_", r"rzp_live_[0-9A-Za-z]{14,}", "a live key of Razorpay"),
    ("sq0", r"sq0(?:atp|csp)-[\w-]{22,}", "a token of Square"),
    ("EAAA", r"EAAA[\w-]{60,}", "a token of Square"),
    ("lin_api_", r"lin_api_[0-9A-Za-z]{40}", "a key of Linear"),
    ("figd_", r"figd_[\w-]{40,}", "a token of Figma"),
    ("PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}", "a key of Postman"),
    ("$2", r"\$2[abxy]\$\d\d\$[./0-9A-Za-z]{53}", "the hash of a password"),
    ("$argon2", r"\$argon2(?:id|i|d)\$v=\d+\$[\w,=]+\$[\w+/]+\$[\w+/]+", "the hash of a password"),
)
_COMPILED = tuple((start, re.compile(rf"{shape}(?!\w)"), what) for start, shape, what in _SHAPES)
_IN_WORD = re.compile(r"(?:^|[^\\])[\w-]\Z")
"""What stands before the rest of a word; after a backslash a letter is a blank or the like."""
_WEAK = {"sk_test_": Level.WARNING, "AIza": Level.WARNING, "$2": Level.WARNING}
_MADE_UP = re.compile(r"example|x{5}|your|\*{3}|0{8}|1234567|abcdefg|placeholder|dummy|fake", re.I)
_LEAST_ENTROPY = 3.0
_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z0-9 ]+-----)?"
)
_BEGIN = "PRIVATE KEY"


def find(text: str) -> Iterator[Span]:
    """Find keys of services; what is obviously an example passes."""
    for start, shape, what in _COMPILED:
        if start not in text:
            continue
        for key in shape.finditer(text):
            if _IN_WORD.search(text[max(0, key.start() - 2) : key.start()]):
                continue
            if _MADE_UP.search(key[0]) or entropy(key[0]) < _LEAST_ENTROPY:
                continue
            yield Span(Kind.API_KEY, key.start(), key.end(), what, _WEAK.get(start))


def find_private(text: str) -> Iterator[Span]:
    """Find private keys in PEM."""
    if _BEGIN not in text:
        return
    for block in _BLOCK.finditer(text):
        yield Span(Kind.PRIVATE_KEY, block.start(), block.end(), "a private key")
