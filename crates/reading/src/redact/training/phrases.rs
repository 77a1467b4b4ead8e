//! Sentences with places for made-up values, written for this crate: what chats say with capitals and marks, which the
//! public chats have lost, and what merely looks personal.

/// One phrase a line; `{kind}` is filled with a made-up value of that kind.
pub const PHRASES: &str = r#"
My name is {name}.
my name is {name}
Hi, my name is {name} and I have a question about {thing}.
Hello, this is {name}.
This is {name} calling about my order.
Hi there, {first} here.
I'm {name}, a customer since {year}.
I am {first} from {place}.
Name: {name}
name: {name}, email: {email}
{name}
{first}
{name}, {phone}
{name}
{email}
{first} {last}, born {day}, living in {place}.
It is {name}, thanks.
Sure, it's {first}.
The account is in the name of {name}.
It should be booked under {name}.
The reservation is for {name} and {name}.
My husband {first} will pick it up.
My wife {name} is also on the policy.
Please add my daughter {first} to the plan.
My son {name} lost his card.
I spoke with {first} yesterday and she promised a refund.
Your colleague {name} told me to write again.
I was talking to {first} in billing.
Thanks {first}!
Thank you, {first}, you were very helpful.
Hi {first}, how are you today?
Dear {name},
Dear {title} {last},
Kind regards, {name}
Best wishes,
{first}
Regards,
{name}
{org}
Could you ask {title} {last} to ring me?
I want to speak to {title} {name} please.
{title} {last} is my doctor.
{first} is my brother, can he use my account?
Is {first} working today?
Where is {first}? I was promised a call by {title} {last}.
{first} said the parcel is with {first}.
"{first} will call you", they told me.
It was {name} who signed for the parcel.
Everyone at home calls me {first}.
I changed my name from {name} to {name} after the wedding.
My maiden name is {last}.
My last name is {last}, not {last}.
Can you correct the spelling to {name}?
The tickets for {name}, {name} and {name} are missing.
{first}'s phone does not work.
{name}'s account was closed without notice.
We met {first} and {first} at the shop in {place}.
Please send the invoice to {name}, {org}.
The letter was written by {name} of {org}.
A book by {name} that I ordered has not come.
I'd like two tickets for the concert of {name}.
A film with {name} was removed from my list, why?
The actor {name} advertised your {thing}.
According to {name}, who runs {org}, the fee is {amount}.
{name}, manager of {org}, answered in {year}.
The painter {name} was born in {place} in {year}.
{org} was founded by {name} and {name}.
{org} has its office in {place}.
I work for {org}.
I work at {org} in {place}.
My employer is {org}.
We are {org} and need {count} licences.
Do you have a contract with {org}?
{org} sent me to you.
The invoice of {org} is wrong.
My insurance is with {org}.
I used to bank with {org} before.
{first} works at {org} as an accountant.
I live in {place}.
I moved from {place} to {place} last {month}.
We are flying to {country} next week.
My flight from {place} to {place} was cancelled.
Do you ship to {country}?
I'm on holiday in {country} and my card was declined.
The weather in {place} is terrible.
Is there a branch in {place}?
My family comes from {country}.
{place} is a nice town.
{country} won the match.
I will be in {place}, {country} until {month}.
My address is {address}.
my address is {address}
{address}
{addresslines}
{name}
{addresslines}
{name}
{org}
{addresslines}
Mobile: {phone}
Phone: {phone}
Address: {addresslines}
Address: {address}
Please send it to {address}.
Please deliver to {address} before noon.
Can you send the new card to {addresslines}? Thanks.
I have moved to {address}, please update your records.
Ship to: {addresslines}
We live at {address}.
He lives on {street}.
The shop is at {street}, next to the station.
The office on {street} was closed.
Turn left at {street}.
Come to {address} at {time}.
The technician came to {street} instead of {street}.
My old address was {address} and the new one is {address}.
Our flat is at the corner of {streetname} and {streetname}.
Billing address {addresslines} and shipping address {addresslines}
The taxi should wait at {address} at {time}.
My phone number is {phone}.
Call me at {phone}.
You can reach me on {phone} after {time}.
{phone}
Tel: {phone}
Fax: {phone}
Mobile {phone}, office {phone}
I still get text messages on {phone}.
Nobody picks up at {phone}.
Please text {phone} when you arrive.
The number you have, {phone}, is old.
My email is {email}.
{email}
Please write to {email}.
E-mail: {email}
My new email is {email}, the old one was {email}.
Send the receipt to {email} and to {email}
the email on file is {email}
My card number is {card}.
{card}
The card {card} was declined.
I lost my card {card}, please block it.
Please charge {card}.
My card ends in {last4}.
The last four digits are {last4}.
last 4: {last4}
Card ending {last4} expires {expiry}.
Credit card {card}, expiry {expiry}
Visa {card}
Which limit does my card {card} have?
My account number is {account}.
Account no. {account}
account {account}
Transfer {amount} from {account} to {account}.
Please transfer {amount} to account {account}.
My customer number is {account}.
My SSN is {ssn}.
SSN {ssn}
The last four of my social are {last4ssn}.
My social security number is {ssn}, is that enough?
My ZIP code is {zip}.
zip {zip}
ZIP: {zip}
I live in {place} {zip}
{place}, {zip}
My password is {password}.
password: {password}
The PIN is {pin}.
pin {pin}
the code I got is {pin}
{password}
I tried {password} as password but it does not work.
My booking is {ref}.
Booking reference {ref}, last name {last}.
{name}, {ref}
Order {ref} has not arrived.
My policy number is {ref} and the claim is {ref}.
Ticket {ref} was closed by {first}.
{ref}
Flight {ref} on {day} is late.
My IBAN is {account}.
the iban is {account}, please use it for the refund
IBAN {account}
Sort code {zip}, account {account}
My passport number is wrong in the booking.
The iban was refused.
I lost my passport and my licence.
The cvv is {pin}.
My security answer is {password}.
The answer to my security question is {password}
my username is {first} and I forgot my password
How do I reset my password?
I never got the code by email.
Where is my email with the invoice?
Is the phone number on your site right?
What address do I send it to?
My national insurance number is {ssn}
I want to go to {place}.
I'd like a bus from {place} to {place}, leaving at {time}.
We leave {place} on {day}.
How far is {place} from {place}?
Hotels near {place}, please.
to {place}
{place} please
from {place} to {place}
A table for two at {org} on Friday.
Is {org} open on Sunday?
I'd like to hear something by {name}.
Pay {amount} to {name}.
I was born on {day}.
The payment of {day} is missing.
It was charged on {day} at {time}.
I'd like to fly on {day} and return on {day}.
I paid {amount} on {day} and {amount} on {day}.
I bought a {year} {car} for {amount}.
My {car} is from {year}.
I have a {car} {year} and want insurance.
I have had {thing} since {year}.
In {year} I bought {thing} from you.
I am {age} years old.
My father is {age} and cannot use {thing}.
A {age} year old man needs help with {thing}.
{thing} does not work on my {thing}.
How do I turn on {thing}?
Why is {thing} more expensive than {thing}?
Is {thing} included in {thing}?
I upgraded to {thing} in {month}.
Can I pay with {thing}?
I want {count} of them, not {count}.
My bill for {month} is {amount}, last month it was {amount}.
Error {count} appears when I open {thing}.
Step {count}: press {thing}.
I saw {thing} on {thing} last {month}.
Please send me {count} of {thing} in {month}.
The Customer Service was great, but the App is not.
Hello! I need Help with my Order please.
Yes, please.
No, thank you. That was all.
OK
Okay, great. Thanks!
Good morning
Hi
Hello, I have a problem.
Thanks a lot for your help! Have a nice day.
What? Why do you need that?
I don't remember it.
I do not want to share that.
One moment please, let me look for it.
Where can I find it?
Excuse me, that is not what I asked.
Words like Freedom, Honour and Justice look good in a slogan.
Our Terms say that Refunds take Five Days.
The Department of Consumer Affairs was told about this.
The Minister said on Monday that Prices will rise.
Nothing works here. Everything is slow. Nobody answers.
Great! Perfect. Wonderful. Awesome.
Could I change the due date of my credit card?
Where do I see my statement?
5... 4... 3... here we go!
A quarter of my screen is black: the top left, I think.
The song "Blue River Road" is not in the list.
I'm watching Season 3, Episode 12 and the sound is gone.
Version 10.4.2 crashed at 12:45.
The box is 30 x 40 x 50 cm and weighs 2.5 kg.
It costs 19.99 instead of 24.99.
Since the Update of April nothing works on Windows 11.
The Act of {year} gives me the right to cancel within 14 days.
A rather bad Movie, with a rather bad Ending.
My Internet is down again, third time this Week.
The {nationality} government changed the rule in {year}.
A {nationality} film of {year} is missing.
I am {nationality} but I live in {country}.
The {nationality} player {name} wore your shoes.
{first}: How are you?
{first}: hello
Agent: what is your name? Customer: {name}
Q: Your address? A: {address}
What's your phone number? {phone}
And your email? {email}
To: {name}
From: {name}
Subject: my order {ref}
Attn. {name}
{name}
{job}
{org}
{addresslines}
{email}
{name}
{job}
Phone: {phone}
E-mail: {email}
Website: {web}
Address: {addresslines}
See {web} for the picture.
I found it on {web}
My ip is {ip}
"#;

/// Work that people do.
pub const JOBS: &str = "Accountant|Software engineer|Sales manager|Nurse|Head of marketing|Legal secretary|Bus driver|Dentist|Project lead|Librarian|\
    Data analyst|Electrician|Primary teacher|Office clerk|Technical writer|Mechanic|Chef|Warehouse worker";

/// Cars, which are no places and no people.
pub const CARS: &str = "Toyota Corolla|Ford Focus|Honda Civic|VW Golf|Audi A4|Kia Rio|Mazda 3|Hyundai i10|Skoda Octavia|Fiat Panda|Tesla Model 3|Volvo V60";

/// Nationalities.
pub const NATIONALITIES: &str = "French|German|Spanish|Italian|Swedish|Polish|Indian|Chinese|Japanese|Mexican|Dutch|Greek|Turkish|Irish|Danish|Korean";
