"""What mail servers say in other languages when a message does not arrive, is late, or has arrived:
a table to extend.

All phrases are lower case and looked for in folded text. They are the words of
the large programs (Exchange, Gmail, Domino) and hosts; `bounce_phrases` has the
English ones and puts the two together.
"""

from __future__ import annotations

REASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "2.2",
        (
            "posteingang ist voll", ("posteingang des empfängers ist "
                "voll"), "empfängers ist voll", "überschreitet kontingent",
            "speicherplatz des postfachs", ("boîte de réception est "
                "pleine"), "boîte aux lettres est pleine", "est pleine",
            ("bandeja de entrada está "
            "llena"), "buzón está lleno", "está lleno", "posta in arrivo è piena",
            "casella è piena", "casella di posta è piena", "caixa de entrada está cheia",
            "caixa de correio está cheia", "está cheia",
            "postvak in is vol", "postvak is vol", "postbus is vol", ("skrzynka odbiorcza jest "
                "pełna"), "skrzynka jest pełna",
            "przepełnion", "schránka je plná", "inkorgen är full", "postlådan är full",
            "postkassen er fuld", "innboksen er full", "postilaatikko on täynnä",
            "saapuneet-kansio on täynnä", "почтовый ящик переполнен", "ящик заполнен",
            "gelen kutusu dolu", "posta kutusu dolu", "a postaláda megtelt", "πλήρης",
            "受信トレイの容量", "メールボックスがいっぱい", "收件箱已满", "邮箱空间已满",
            "邮箱已满", "收件匣已滿", "信箱已滿", "사서함이 가득", "받은편지함이 가득",
        ),
    ),
    (
        "1.2",
        (
            ("die domain konnte nicht "
            "gefunden"), "domain wurde nicht gefunden", "domaine est introuvable",
            "domaine introuvable",
            ("no se ha encontrado el "
            "dominio"), "no se encontró el dominio", "dominio non trovato",
            "domínio não foi encontrado",
            "domein is niet gevonden", ("domena nie została "
                "znaleziona"), "домен не найден", "ドメインが見つかり", "找不到域",
        ),
    ),
    (
        "3.4",
        (
            "nachricht ist zu groß", "nachricht zu groß", "überschreitet die maximal",
            "message est trop volumineux", "trop volumineux", "mensaje es demasiado grande",
            "demasiado grande", "messaggio è troppo grande", "troppo grande",
            "mensagem é muito grande", "muito grande", "bericht is te groot",
            "wiadomość jest za duża", "zbyt duż", "meddelandet är för stort",
            "meddelelsen er for stor", "meldingen er for stor", "слишком больш",
            "メッセージのサイズ", "サイズが大きすぎ", "邮件太大", "超过大小", "郵件太大",
        ),
    ),
    (
        "1.1",
        (
            "adresse nicht gefunden", ("adresse konnte nicht "
                "gefunden"), "adresse wurde nicht gefunden", "nicht gefunden wurde",
            "adresse introuvable", "est introuvable", "n'existe pas", "no se encontró la dirección",
            ("no se ha encontrado la "
            "dirección"), "dirección no encontrada", "no existe", "indirizzo non trovato",
            ("impossibile trovare "
            "l'indirizzo"), "non è stato trovato", "non esiste", "endereço não encontrado",
            "não foi encontrado", "não existe", "adres niet gevonden", "mailadres is niet gevonden",
            ("adres niet kan worden "
            "gevonden"), "bestaat niet", "nie znaleziono", "nie istnieje", "adresa nebyla nalezena",
            "adresa nenalezena", "neexistuje", "nebola nájdená", ("e-postadressen hittades "
                "inte"), "hitta den angivna",
            "finns inte", "ikke fundet", "ikke funnet", "fant ikke", "findes ikke", "finnes ikke",
            "ei löytynyt", "ei löydy", "адрес не найден", "не удалось найти", "адресат не найден",
            "не знайдено", "cím nem található", "nem található", "adresi bulunamadı", "bulunamadı",
            "nu a fost găsit", "δεν βρέθηκε", "לא נמצאה", "لم يتم العثور", "アドレス不明",
            "アドレスが見つから", "找不到你", "找不到您", "找不到收件人", "找不到该", "地址不存在",
            "찾을 수 없", "存在しないメール", "존재하지 않",
        ),
    ),
)  # fmt: skip

REFUSED = (
    "wurde blockiert", "wurde abgelehnt", "abgewiesen", "a été bloqué", "a été refusé",
    "ha sido bloqueado", "rechazado", "è stato bloccato", "respinto", "foi bloqueada",
    "foi rejeitada", "is geblokkeerd", "is geweigerd", "została zablokowana", "odrzucon",
    "заблокирован", "отклонен", "ブロックされ", "拒否され", "被拒绝", "被拦截", "封鎖",
)  # fmt: skip

SUBJECTS = (
    "nicht zustellbar", "unzustellbare nachricht", "zustellung nicht möglich", "échec d'envoi",
    "échec de la distribution", "remise impossible", "no se ha podido entregar", "error de entrega",
    "impossibile recapitare", "errore di consegna", "falha na entrega", "não foi possível entregar",
    "entrega mal sucedida", "kan niet worden bezorgd", "bezorging mislukt", "nie dostarczono",
    "nie można dostarczyć", "doručení se nezdařilo", "nedoručiteľn", "kunde inte levereras",
    "leverans misslyckades", "levering mislykkedes", "levering mislyktes", "ei voi toimittaa",
    "toimitus epäonnistui", "не удается доставить", "не удаётся доставить",
    "не может быть доставлен", "не вдалося доставити", "недоставлено", "teslim edilemiyor",
    "iletilemedi", "kézbesíthetetlen", "kézbesítés sikertelen", "nelivrat", "nu a putut fi livrat",
    "δεν ήταν δυνατή η παράδοση", "δεν παραδόθηκε", "תקלת מסירה", "לא ניתן למסירה", "تعذر التسليم",
    "تعذر تسليم", "無法傳遞", "無法傳送", "无法传递", "未传递", "未送达", "未傳遞", "退信通知",
    "배달되지 않음", "배달할 수 없음", "전송 실패", "メールを配信できません", "送信失敗",
    "gửi không thành công", "không gửi được",
)  # fmt: skip

TEXTS = (
    ("fehler bei der "
    "nachrichtenzustellung"), "konnte nicht übermittelt", "wurde nicht an",
    "nicht zugestellt werden", "échec de la remise", "n'a pas été distribué", "n'a pas été remis",
    "no se pudo entregar", "no se ha entregado", "no ha podido ser entregado",
    "recapito non riuscito", "non è stato consegnato", "non è stato recapitato", "falha na entrega",
    "não foi entregue", "não pôde ser entregue", "bezorging bij de volgende", "is niet bezorgd",
    "kan niet worden bezorgd", "nie powiodło się", "nie została dostarczona", ("nie mogła zostać "
        "dostarczona"), "se nezdařilo",
    "nelze doručit", "det gick inte att leverera", "mislykkedes", "mislyktes", "epäonnistui",
    "сбой доставки", "не доставлено", "не удается доставить", "не вдалося доставити",
    "teslim başarısız", "teslim edilemedi", "nem sikerült a kézbesítés", "livrarea nu a reușit",
    "η παράδοση απέτυχε", "המסירה", "فشل التسليم", "无法传递", "無法傳遞", "配信に失敗",
    "配信されませんでした", "배달하지 못했습니다", "전송하지 못",
)  # fmt: skip

DELAYED = (
    "noch nicht zugestellt", "versucht es noch", "wurde verzögert", "pas encore été remis",
    "va réessayer", "est différée", "aún no se ha entregado", "se ha retrasado",
    "lo seguirá intentando", "non è stato ancora", "riproverà", "ainda não foi entregue",
    "tentará novamente", "nog niet bezorgd", "blijft het proberen", "jeszcze nie została",
    "har ännu inte", "endnu ikke", "ennå ikke", "ещё не доставлено", "еще не доставлено",
    "повторит попытк", "まだ配信されて", "再試行", "尚未传递", "仍在尝试", "尚未傳遞",
)  # fmt: skip
DELAYED_SUBJECTS = (
    "verzögerte zustellung", "remise différée", "différé", "entrega retrasada",
    "recapito ritardato", "entrega atrasada", "vertraagd", "opóźnion", "zpožděn", "fördröjd",
    "forsinket", "viivästy", "відкладен", "отложен", "gecikti", "késleltetet", "配信の遅延",
    "配信遅延", "延迟", "延遲", "지연",
)  # fmt: skip
DELIVERED = (
    "zugestellt:", "empfängern zugestellt", ("a été remis aux "
        "destinataires"), "a été remis à", "se ha entregado a los",
    "è stato recapitato ai", "è stato recapitato a", "foi entregue aos", "is bezorgd bij",
    "zostało dostarczone", "har levererats till", "er leveret til", "er levert til",
    "доставлено следующим", "配信されました", "已传递给", "已送达",
)  # fmt: skip
DELIVERED_SUBJECTS = (
    "zugestellt:", "übermittelt:", "remis :", "remis:", "entregado:", "entregada:", "recapitato:",
    "entregue:", "bezorgd:", "dostarczono:", "levererat:", "leveret:", "levert:", "toimitettu:",
    "доставлено:", "配信済み:", "已送达:", "已传递:",
)  # fmt: skip
