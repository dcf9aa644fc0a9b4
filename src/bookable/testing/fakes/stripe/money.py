"""Which amounts Stripe charges."""

from __future__ import annotations

from bookable.testing.fakes.stripe.errors import invalid

_CURRENCIES = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd
    cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq
    gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd
    lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk
    php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top
    try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
_ZERO_DECIMAL = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
_THREE_DECIMAL = "bhd jod kwd omr tnd"
# of every other currency the least amount depends on the account, and the fake has none
_LEAST_AMOUNTS = {
    30: "gbp",
    50: "aud brl cad chf eur inr jpy nzd sgd usd",
    100: "bgn",
    200: "aed myr pln ron",
    250: "dkk",
    300: "nok sek",
    400: "hkd",
    1000: "mxn thb",
    1500: "czk",
    17500: "huf",
}
_LEAST = {code: least for least, codes in _LEAST_AMOUNTS.items() for code in codes.split()}
_MOST = 99_999_999


def check_currency(currency: str, param: str = "currency") -> str:
    """The currency in lower case."""
    code = currency.lower()
    if code not in _CURRENCIES.split():
        raise invalid(f"Invalid currency: {code}.", param)
    return code


def check_amount(amount: int, currency: str, param: str = "amount") -> None:
    """Refuses what is too small, too large or finer than the currency."""
    if amount < max(1, _LEAST.get(currency, 1)):
        message = f"Amount must be at least {shown(_LEAST.get(currency, 1), currency)}"
        raise invalid(message, param, "amount_too_small")
    if amount > _MOST:
        message = f"Amount must be no more than {shown(_MOST, currency)}"
        raise invalid(message, param, "amount_too_large")
    step = 10 if currency in _THREE_DECIMAL.split() else 100 if currency == "isk" else 1
    if amount % step:
        message = f"Invalid amount: {currency} is charged in steps of {step}"
        raise invalid(message, param, "parameter_invalid_integer")


def shown(amount: int, currency: str) -> str:
    """An amount as it stands in a message."""
    digits = _digits(currency)
    if not digits:
        return f"{amount} {currency}"
    whole, part = divmod(amount, 10**digits)
    return f"{whole}.{part:0{digits}} {currency}"


def fee_of(amount: int, currency: str) -> int:
    """What Stripe keeps of a charge: 2.9 per cent and 0.30."""
    fixed = {0: 0, 2: 30, 3: 300}[_digits(currency)]
    return min(amount, (amount * 29 + 500) // 1000 + fixed)


def _digits(currency: str) -> int:
    if currency in _ZERO_DECIMAL.split():
        return 0
    return 3 if currency in _THREE_DECIMAL.split() else 2
