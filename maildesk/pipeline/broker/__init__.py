"""How kicks travel: in memory, through Redis or RabbitMQ, and without any of them."""
