"""What looks like a street address is pointed out, and ordinary sentences are not."""

import time

import pytest

from alerts.report.streets import looks_like_street


@pytest.mark.parametrize(
    "text",
    [
        "12 rue de la Paix",
        "4 bis rue Haxo",
        "12, avenue Victor Hugo",
        "Rue Haxo 12",
        "He lives at 221b Baker Street",
        "1600 Pennsylvania Avenue NW",
        "34 Long Acre Way",
        "calle Mayor, 12",
        "C/ Mayor 12",
        "via Roma 12",
        "rua Augusta 100",
        "Hauptstraße 12",
        "Hauptstr. 12",
        "Kerkstraat 12",
        "Storgatan 5",
        "ul. Marszałkowska 10",
        "Strada Lipscani nr. 12",
        "улица Ленина, 12",
        "ул. Ленина д. 5",
        "οδός Ερμού 12",
        "Fő utca 12",
        "Atatürk caddesi no: 12",
        "中山路12号",
        "شارع الحمرا 12",
        "ถนน สุขุมวิท 12",
        "SW1A 1AA",
        "１２ rue de la Paix",
    ],
)
def test_an_address_is_seen(text):
    assert looks_like_street(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Paris",
        "Lyon 3",
        "He came at 12 and left at 3",
        "paid 200 euros",
        "room 214",
        "I was in the street at 5",
        "22:30 place was empty",
        "He stayed 2 hours, way too long",
        "met at 8 in a court case",
        "il a 45 ans, route de Lyon",
        "Via WhatsApp he sent 12 messages",
        "a las 12 en la calle",
        "quedamos en la plaza a las 12",
        "Sunday 12, the same client again",
        "rue de la Paix",
        "3 men in a white van",
    ],
)
def test_a_sentence_is_not(text):
    assert not looks_like_street(text)


@pytest.mark.parametrize("piece", ["a ", "12 ", "1 a ", "x", "ул. ", "calle aaa ", "12 ab cd ef "])
def test_looking_costs_little(piece):
    text = (piece * 1000)[:1000]
    start = time.process_time()
    looks_like_street(text)
    assert time.process_time() - start < 0.1
