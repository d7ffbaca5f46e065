"""Delivery reports in many languages, as the large programs and hosts write them:
failed, late, arrived."""

from __future__ import annotations

import pytest

from maildesk.mail.message import Kind
from maildesk.mail.parse import parse
from tests.corpus.odd import plain

BO = "bo@far.example"
EXCHANGE = "Postmaster <postmaster@far.example>"
GMAIL = "Mail Delivery Subsystem <mailer-daemon@mx.example>"


def told(sender: str, subject: str, text: str) -> tuple[Kind, list[tuple[str, str, str]]]:
    raw = plain(
        f"{text}\n\nReceived: from desk\nTo: {BO}\n".encode(),
        subject=subject.encode(),
        head=b"Return-Path: <>\n",
    )
    message = parse(raw.replace(b"Ana Lind <ana@customer.example>", sender.encode()))
    return message.kind, [
        (report.final_recipient, report.action, report.status) for report in message.reports
    ]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Не удается доставить: Frage",
            f"Сбой доставки следующим получателям:\n\n{BO}\nНе удалось найти адрес.\n",
        ),
        (
            "Не вдалося доставити: Frage",
            f"Не вдалося доставити цим одержувачам:\n\n{BO}\nАдресу не знайдено.\n",
        ),
        (
            "Teslim edilemiyor: Frage",
            f"Şu alıcılara teslim başarısız oldu:\n\n{BO}\nAdres bulunamadı.\n",
        ),
        (
            "Kan ikke leveres: Frage",
            f"Leveringen til disse modtagere mislykkedes:\n\n{BO}\nAdressen blev ikke fundet.\n",
        ),
        (
            "Ei voi toimittaa: Frage",
            f"Toimitus vastaanottajille epäonnistui:\n\n{BO}\nOsoitetta ei löytynyt.\n",
        ),
        (
            "Kézbesíthetetlen: Frage",
            f"Nem sikerült a kézbesítés a címzetteknek:\n\n{BO}\nA cím nem található.\n",
        ),
        (
            "Δεν ήταν δυνατή η παράδοση: Frage",
            f"Η παράδοση απέτυχε:\n\n{BO}\nΗ διεύθυνση δεν βρέθηκε.\n",
        ),
        ("Nelivrat: Frage", f"Livrarea nu a reușit:\n\n{BO}\nAdresa nu a fost găsită.\n"),
        (
            "Nedoručitelné: Frage",
            f"Doručení se nezdařilo:\n\n{BO}\nZadaná adresa nebyla nalezena.\n",
        ),
        (
            "Niedostarczone: Frage",
            f"Dostarczenie nie powiodło się:\n\n{BO}\nNie znaleziono adresu.\n",
        ),
        (
            "Onbestelbaar: Frage",
            (
                f"Bezorging bij de volgende geadresseerden is mislukt:\n\n{BO}\n"
                f"Het mailadres is niet gevonden.\n"
            ),
        ),
        (
            "Unzustellbar: Frage",
            (
                f"Fehler bei der Nachrichtenzustellung:\n\n{BO}\n"
                f"Die Adresse konnte nicht gefunden werden.\n"
            ),
        ),
        (
            "Non remis : Frage",
            f"Échec de la remise :\n\n{BO}\nL'adresse que vous avez entrée est introuvable.\n",
        ),
        (
            "No se puede entregar: Frage",
            f"No se pudo entregar:\n\n{BO}\nNo se encontró la dirección.\n",
        ),
        (
            "Non recapitabile: Frage",
            f"Recapito non riuscito:\n\n{BO}\nImpossibile trovare l'indirizzo.\n",
        ),
        (
            "Não é possível entregar: Frage",
            f"Falha na entrega:\n\n{BO}\nO endereço não foi encontrado.\n",
        ),
        ("未传递: Frage", f"无法传递到以下收件人:\n\n{BO}\n找不到你输入的地址。\n"),
        ("無法傳遞: Frage", f"無法傳遞給下列收件者:\n\n{BO}\n找不到您輸入的地址。\n"),
        (
            "배달되지 않음: Frage",
            f"받는 사람에게 배달하지 못했습니다.\n\n{BO}\n주소를 찾을 수 없습니다.\n",
        ),
        (
            "配信不能: Frage",
            f"次の受信者への配信に失敗しました:\n\n{BO}\nアドレスが見つかりませんでした。\n",
        ),
        ("تعذر التسليم: Frage", f"فشل التسليم:\n\n{BO}\nلم يتم العثور على العنوان.\n"),
        ("לא ניתן למסירה: Frage", f"המסירה נכשלה:\n\n{BO}\nהכתובת לא נמצאה.\n"),
    ],
)
def test_an_unknown_address_is_understood_in_every_language(subject: str, text: str) -> None:
    assert told(EXCHANGE, subject, text) == (Kind.DELIVERY_REPORT, [(BO, "failed", "5.1.1")])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (f"Deine Nachricht wurde nicht an {BO} zugestellt. Der Posteingang ist voll.", "5.2.2"),
        (f"Votre message n'a pas été distribué à {BO}. Sa boîte de réception est pleine.", "5.2.2"),
        (f"Tu mensaje no se ha entregado a {BO}. Su bandeja de entrada está llena.", "5.2.2"),
        (f"Wiadomość nie została dostarczona do {BO}. Skrzynka odbiorcza jest pełna.", "5.2.2"),
        (f"{BO} にメールが配信されませんでした。アドレスが見つからない状態です。", "5.1.1"),
        (f"Ваше сообщение не доставлено по адресу {BO}: адрес не найден.", "5.1.1"),
        (f"Deine Nachricht an {BO} wurde blockiert.", "5.7.1"),
        (f"Votre message à {BO} est trop volumineux.", "5.3.4"),
        (f"Mensagem não entregue a {BO} porque o domínio não foi encontrado.", "5.1.2"),
    ],
)
def test_a_reason_is_understood_in_other_languages(text: str, status: str) -> None:
    assert told(GMAIL, "Delivery Status Notification (Failure)", text) == (
        Kind.DELIVERY_REPORT,
        [(BO, "failed", status)],
    )


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Verzögerte Zustellung: Frage",
            f"Die Zustellung wurde verzögert:\n\n{BO}\n\nSie wurde noch nicht zugestellt.",
        ),
        (
            "Remise différée : Frage",
            f"La remise est différée :\n\n{BO}\n\nCe message n'a pas encore été remis.",
        ),
        (
            "Entrega retrasada: Frage",
            f"La entrega se ha retrasado:\n\n{BO}\n\nAún no se ha entregado.",
        ),
        (
            "Delivery delayed: Frage",
            f"Delivery is delayed to:\n\n{BO}\n\nDelivery will continue to be attempted.",
        ),
    ],
)
def test_a_delay_is_understood_in_other_languages(subject: str, text: str) -> None:
    assert told(EXCHANGE, subject, text) == (Kind.DELIVERY_REPORT, [(BO, "delayed", "4.0.0")])


@pytest.mark.parametrize(
    ("subject", "text", "action"),
    [
        (
            "Delivered: Frage",
            f"Your message has been delivered to the following recipients:\n\n{BO}",
            "delivered",
        ),
        (
            "Zugestellt: Frage",
            f"Ihre Nachricht wurde den folgenden Empfängern zugestellt:\n\n{BO}",
            "delivered",
        ),
        (
            "Relayed: Frage",
            f"Delivery is complete, but no delivery notification was sent:\n\n{BO}",
            "relayed",
        ),
        (
            "Return receipt",
            (
                f"-- The following addresses had successful delivery notifications --\n"
                f"<{BO}>  (relayed on)"
            ),
            "relayed",
        ),
        (
            "Return receipt",
            (
                f"-- The following addresses had successful delivery notifications --\n"
                f"<{BO}>  (expanded by list)"
            ),
            "expanded",
        ),
        (
            "Mail Delivery Status Report",
            f"Enclosed is the mail delivery report that you requested.\n\n<{BO}>: sent",
            "delivered",
        ),
    ],
)
def test_what_arrived_did_not_fail(subject: str, text: str, action: str) -> None:
    sender = EXCHANGE if ":" in subject else GMAIL

    assert told(sender, subject, text) == (Kind.DELIVERY_REPORT, [(BO, action, "2.0.0")])


def test_a_shop_that_tells_of_a_parcel_delivered_is_no_delivery_report() -> None:
    assert (
        told("Shop <post@shop.example>", "Your parcel", "Your parcel was delivered to a neighbour")[
            0
        ]
        is Kind.AUTOMATIC
    )
