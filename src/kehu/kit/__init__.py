"""Money, periods, Chinese text, phones, tables, dates, paging, clean text: no models, no CRM words."""
